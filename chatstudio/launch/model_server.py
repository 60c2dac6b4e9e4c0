"""Is there a model server?"""

import httpx

from routing.llm.address import base_url, openai_bases, query_of
from routing.llm.client import DIRECTLY, Reach, certificates
from routing.llm.echo import SERVER as ECHO


def answers(url: str, api_key: str = "", seconds: float = 1.0, reach: Reach = DIRECTLY) -> bool:
    """Whether a model server answers here; one that wants another key is a model server too."""
    if url.strip() == ECHO:
        return True
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    lists = [f"{base}/models{query_of(url)}" for base in openai_bases(url)]
    try:
        with httpx.Client(
            trust_env=False,
            timeout=seconds,
            headers=headers,
            verify=certificates(reach.ca_file),
            proxy=reach.proxy or None,
        ) as client:
            asked = (client.get(one) for one in (f"{base_url(url)}/api/version", *lists))
            return any(answer.status_code in (200, 401, 403) for answer in asked)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return False
