from asgiref.sync import sync_to_async
from django.conf import settings
from django.http.request import validate_host

from chatstudio.accounts.sockets import Application, Receive, Send, for_signed_in
from chatstudio.base.origin import Scope, header, same_origin
from chatstudio.local import local_person, scope_is_local

FORBIDDEN = 4403


class OurPagesOnly:
    """Lets a websocket in that one of our own pages opened: without accounts on this machine, as
    its person; with accounts as the person who is signed in, for as long as that holds."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_accounts = settings.AUTH_MODE == "accounts"
        if not ((has_accounts or scope_is_local(scope)) and known_host(scope) and ours(scope)):
            await send({"type": "websocket.close", "code": FORBIDDEN})
            return
        try:
            if has_accounts:
                await for_signed_in(self.application, scope, receive, send)
                return
            person = await sync_to_async(local_person)()
            await self.application({**scope, "user": person}, receive, send)
        except ValueError:  # no route: an address that none of our pages names
            await send({"type": "websocket.close", "code": 4404})


def known_host(scope: Scope) -> bool:
    host = header(scope["headers"], b"host")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return validate_host(name.lower(), settings.ALLOWED_HOSTS)


def ours(scope: Scope) -> bool:
    if settings.TRUST_PROXY and header(scope["headers"], b"x-forwarded-proto") == "https":
        scope = {**scope, "scheme": "wss"}
    return same_origin(scope, settings.CSRF_TRUSTED_ORIGINS)
