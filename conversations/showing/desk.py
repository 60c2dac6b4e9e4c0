"""What other server processes ask of this one."""

from conversations.answering.generation import LiveGeneration
from conversations.carrying.hub import Frame, Request, Wish, hub
from conversations.showing import frames
from conversations.showing.streamer import STREAMERS


def serve_request(request: Request) -> None:
    if request.wish is Wish.SHOW:
        streamer = STREAMERS.get(request.message)
        html = frames.article(streamer.snapshot()) if streamer else ""
        hub.publish(request.topic, Frame(html, message=request.message, whole=request.message))
    elif live := LiveGeneration.of_message(request.message):
        live.stop()
