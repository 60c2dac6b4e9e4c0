"""Programs that ask: the person at the page, and whoever has a key."""

from typing import Any

from django.http import HttpResponse

from chatstudio import keys
from chatstudio.models import User

UI = "/api/chat/ui"
JSON = "application/json"


def key_of(person: User, *scopes: str) -> dict[str, str]:
    """The headers of a program with a key of these scopes."""
    _, key = keys.make(person, "A program", scopes)
    return {"Authorization": f"Bearer {key}"}


def wrong_fields(response: HttpResponse) -> dict[str, list[str]]:
    """What a refusal says is wrong, by field."""
    assert response.status_code == 422, response.content
    fields: dict[str, Any] = response.json()["error"]["fields"]
    return fields


def may(browser: Any, person: User, method: str, url: str, data: Any = None) -> set[str]:
    """Which scopes open a door, each alone; what it answers beyond that does not matter."""
    open_to = set()
    for scope in ("read", "chat", "manage"):
        more = {"headers": key_of(person, scope)}
        sends = {} if data is None else {"data": data, "content_type": JSON}
        response = getattr(browser, method)(url, **sends, **more)
        code = response.json()["error"]["code"] if response.status_code == 403 else ""
        if code != "scope_missing":
            open_to.add(scope)
    return open_to
