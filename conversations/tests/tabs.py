"""A browser's tab with its websocket."""

from typing import Any
from urllib.parse import urlencode

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from chatstudio.sockets import OurPagesOnly
from conversations.models import Conversation
from conversations.sockets import websocket_urlpatterns

HOST = "localhost:8000"
ORIGIN = f"http://{HOST}"


def tab(
    conversation: Conversation | None = None,
    *,
    path: str = "",
    origin: str | None = ORIGIN,
    host: str = HOST,
    server: str = "127.0.0.1",
    **seen: Any,
) -> WebsocketCommunicator:
    """`seen` is what the page has shown already: revision and sidebar."""
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    path = path or (f"/ws/chat/{conversation.public_id}/" if conversation else "/ws/chat/")
    application = OurPagesOnly(URLRouter(websocket_urlpatterns))
    communicator = WebsocketCommunicator(application, f"{path}?{urlencode(seen)}", headers)
    communicator.scope |= {"server": [server, 8000], "scheme": "ws"}
    return communicator


async def opened(conversation: Conversation | None = None, **seen: Any) -> WebsocketCommunicator:
    communicator = tab(conversation, **seen)
    connected, _ = await communicator.connect(timeout=30)
    assert connected
    return communicator


async def frames_until_silence(communicator: WebsocketCommunicator) -> list[str]:
    frames = []
    while not await communicator.receive_nothing(timeout=0.6):
        frames.append(await communicator.receive_from(timeout=30))
    return frames
