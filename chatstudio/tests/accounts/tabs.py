"""A signed-in browser's tab with its websocket."""

import asyncio
from time import monotonic

from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.test import Client

from chatstudio.models import User
from chatstudio.sockets import OurPagesOnly
from conftest import HERE
from conversations.sockets import websocket_urlpatterns

HOST = "localhost:8000"


def cookie_of(person: User) -> str:
    """A new session's."""
    client = Client(**HERE)
    client.force_login(person)
    return str(client.cookies["chatstudio_session"].value)


def tab(
    cookie: str,
    path: str = "/ws/chat/",
    *,
    server: str = "127.0.0.1",
    host: str = HOST,
    **headers: str,
) -> WebsocketCommunicator:
    told = {"host": host, "origin": f"http://{host}", **headers}
    if cookie:
        told["cookie"] = f"other=1; chatstudio_session={cookie}"
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
    communicator = WebsocketCommunicator(OurPagesOnly(URLRouter(websocket_urlpatterns)), path, raw)
    communicator.scope |= {"server": [server, 8000], "scheme": "ws"}
    return communicator


async def opened(person: User, path: str = "/ws/chat/") -> WebsocketCommunicator:
    """Its first frames have come."""
    communicator = tab(await sync_to_async(cookie_of)(person), path)
    connected, _ = await communicator.connect(timeout=30)
    assert connected
    while not await communicator.receive_nothing(timeout=0.15):
        assert (await communicator.receive_output(timeout=30))["type"] == "websocket.send"
    return communicator


async def closing(communicator: WebsocketCommunicator, within: float = 10.0) -> int:
    """The code it is closed with; until then nothing else comes."""
    began = monotonic()
    output = await communicator.receive_output(timeout=within + 2)
    assert output["type"] == "websocket.close"
    assert monotonic() - began < within
    return int(output["code"])


async def is_open(communicator: WebsocketCommunicator, seconds: float = 1.2) -> bool:
    await asyncio.sleep(seconds)
    return bool(await communicator.receive_nothing(timeout=0.01)) and not communicator.future.done()


def end_sessions_of(person: User) -> None:
    for session in apps.get_model("sessions", "Session").objects.all():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
