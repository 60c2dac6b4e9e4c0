"""Is there a model server?"""

import httpx

PATHS = ("/api/version", "/v1/models")


def answers(base_url: str, api_key: str = "", seconds: float = 1.0) -> bool:
    """Whether a model server answers here; one that wants another key is a model server too."""
    if not base_url.startswith(("http://", "https://")):
        return True  # a provider of our own that needs no server
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    base = base_url.rstrip("/").removesuffix("/v1")
    try:
        with httpx.Client(trust_env=False, timeout=seconds, headers=headers) as client:
            return any(client.get(base + path).status_code in (200, 401, 403) for path in PATHS)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
