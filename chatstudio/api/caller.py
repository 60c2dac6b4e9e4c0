"""Who asks, and from where.

A key is read from `Authorization: Bearer` alone, in this one place. Without one it is the person
of the page: in accounts mode whoever is signed in, in local mode the person of this machine. A page
of another website is refused whatever it brings.
"""

from typing import cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest

from chatstudio import keys
from chatstudio.base.api.errors import ApiError
from chatstudio.base.http import PersonHere
from chatstudio.base.origin import explain_mismatch
from chatstudio.local import local_person
from chatstudio.models import User

FOREIGN = ("cross-site", "same-site")


def refuse_foreign(request: HttpRequest) -> None:
    """Browsers name the website that asks: in Origin with every write, else in Sec-Fetch-Site."""
    origin = request.headers.get("Origin")
    here = f"{request.scheme}://{request.get_host()}".lower()
    if origin is not None:
        is_ours = origin.lower() == here or origin in settings.CSRF_TRUSTED_ORIGINS
    else:
        is_ours = request.headers.get("Sec-Fetch-Site") not in FOREIGN
    if not is_ours:
        advice = explain_mismatch(origin or "", here)
        message = f"Another website asks, which is not allowed. {advice}".rstrip()
        raise ApiError(403, message, "foreign_origin")


async def identify(request: HttpRequest) -> None:
    """Afterwards `request.user` is the person for whom the request acts. Whoever brings no key in
    local mode is the one person there is, found in the door's own thread."""
    header = request.headers.get("Authorization", "")
    if _brings_key(header):
        request.user = _active(await _bearer(header))
    elif settings.AUTH_MODE == "local":
        request.user = cast(User, PersonHere(lambda: _active(local_person())))
    else:
        request.user = _active(await request.auser())


def _active(person: object) -> User:
    if not (isinstance(person, User) and person.is_active):
        raise ApiError(401)
    return person


def _brings_key(header: str) -> bool:
    """In local mode many programs have to be given some key and none is needed: what cannot be
    one of ours counts as none there."""
    if settings.AUTH_MODE == "local":
        return any(word.startswith(keys.PREFIX) for word in header.split())
    return bool(header)


async def _bearer(header: str) -> User:
    scheme, _, key = header.partition(" ")
    row = await sync_to_async(keys.find)(key.strip()) if scheme.lower() == "bearer" else None
    if row is None:
        raise ApiError(401, "This API key is not known here, has expired or was revoked.")
    row.owner.came_with = row
    return row.owner
