"""What a key may do. A person at the page may do everything that is theirs.

`read` sees everything, `chat` has answers written and sees what that takes, `manage` changes and
deletes and sees nothing.
"""

import asyncio
from collections.abc import Generator
from typing import Any, NoReturn, Self

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from ninja.security import HttpBearer

from chatstudio.base.api.errors import ApiError
from chatstudio.base.http import JSON, PersonHere

WITH_BODY = ("POST", "PUT", "PATCH")

FORM = "multipart/form-data"


class Allowed:
    """What Needs says, at once or awaited: ninja wants the one of sync doors, the other of async
    ones. A person to be found is found when it is awaited."""

    def __init__(self, to_find: PersonHere | None = None) -> None:
        self._to_find = to_find

    def __await__(self) -> Generator[Any, None, Self]:
        if self._to_find is not None:
            yield from sync_to_async(bool)(self._to_find).__await__()
        return self


class Needs(HttpBearer):
    """Before a door: the key that asks has one of these scopes. Who asks is known by then (see
    chatstudio.api.door). A write comes as JSON, or as a file where the door takes one: no form of
    another website can send the former. One without a body needs no type."""

    def __init__(self, *scopes: str, takes_files: bool = False, finds_person: bool = False) -> None:
        super().__init__()
        self.is_async = True  # else async doors would look in a thread
        self.scopes = scopes
        self.takes_files = takes_files
        self.finds_person = finds_person

    def __call__(self, request: HttpRequest) -> Allowed:
        self.allows(request.user)
        wanted = FORM if self.takes_files else JSON
        is_empty = not request.content_type and not self.takes_files and not request.body
        if request.method in WITH_BODY and request.content_type != wanted and not is_empty:
            raise ApiError(415, f"Send the header Content-Type: {wanted}.")
        person: object = request.user
        if self.finds_person or not isinstance(person, PersonHere):
            return Allowed()
        if _runs_on_loop():
            return Allowed(person)
        bool(person)  # a sync door's thread is where the person can be found
        return Allowed()

    def allows(self, person: object) -> None:
        """Raises where the key that the person came with does not reach so far."""
        key = getattr(person, "came_with", None)
        if key and not set(self.scopes) & set(key.scopes):
            lacking = " or ".join(self.scopes)
            raise ApiError(403, f"This API key lacks the scope {lacking}.", "scope_missing")

    def authenticate(self, request: HttpRequest, token: str) -> NoReturn:
        raise NotImplementedError("the door has looked at the key")


def _runs_on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


READ, CHAT, MANAGE = Needs("read"), Needs("chat"), Needs("manage")
TURN = Needs("chat", finds_person=True)
"""Of a door that writes in one thread, and asks there first who the person is."""
SEE = Needs("read", "chat")
"""What a program that chats has to see too."""
