"""What a key may do. A person at the page may do everything that is theirs.

`read` sees everything, `chat` has answers written and sees what that takes, `manage` changes and
deletes and sees nothing.
"""

from collections.abc import Generator
from typing import NoReturn, Self

from django.http import HttpRequest
from ninja.security import HttpBearer

from chatstudio.base.api.errors import ApiError
from chatstudio.base.http import JSON

WITH_BODY = ("POST", "PUT", "PATCH")

FORM = "multipart/form-data"


class Allowed:
    """What Needs says, at once or awaited: ninja wants the one of sync doors, the other of async
    ones."""

    def __await__(self) -> Generator[None, None, Self]:
        return self
        yield


class Needs(HttpBearer):
    """Before a door: the key that asks has one of these scopes. Who asks is known by then (see
    chatstudio.api.door). A write comes as JSON, or as a file where the door takes one: no form of
    another website can send the former. One without a body needs no type."""

    def __init__(self, *scopes: str, takes_files: bool = False) -> None:
        super().__init__()
        self.is_async = True  # it waits for nothing: else async doors would look in a thread
        self.scopes = scopes
        self.takes_files = takes_files

    def __call__(self, request: HttpRequest) -> Allowed:
        self.allows(request.user)
        wanted = FORM if self.takes_files else JSON
        is_empty = not request.content_type and not self.takes_files and not request.body
        if request.method in WITH_BODY and request.content_type != wanted and not is_empty:
            raise ApiError(415, f"Send the header Content-Type: {wanted}.")
        return Allowed()

    def allows(self, person: object) -> None:
        """Raises where the key that the person came with does not reach so far."""
        key = getattr(person, "came_with", None)
        if key and not set(self.scopes) & set(key.scopes):
            lacking = " or ".join(self.scopes)
            raise ApiError(403, f"This API key lacks the scope {lacking}.", "scope_missing")

    def authenticate(self, request: HttpRequest, token: str) -> NoReturn:
        raise NotImplementedError("the door has looked at the key")


READ, CHAT, MANAGE = Needs("read"), Needs("chat"), Needs("manage")
SEE = Needs("read", "chat")
"""What a program that chats has to see too."""
