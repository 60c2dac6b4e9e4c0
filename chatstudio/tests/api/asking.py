"""How a program asks."""

from typing import Any

CONVERSATIONS = "/api/chat/ui/conversations"
SEND = "/api/chat/ui/send"
STREAM = f"{SEND}/stream"
JSON = "application/json"


def bearer(key: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {key}"}


def refusal(response: Any, status: int) -> dict[str, Any]:
    """What the API's envelope says of a failure with this status."""
    assert response.status_code == status, response.text
    told = response.json()
    assert told["success"] is False
    return dict(told["error"])
