"""Daphne in this process."""

import signal
from collections.abc import Callable

from chatstudio.launch import LaunchError

BACKLOG = 1024
HANDSHAKE_SECONDS = 30


def run(address: str, port: int, ready: Callable[[int], None]) -> None:
    """Serves until SIGTERM, Ctrl-C or the terminal's end; calls `ready` once the port listens."""
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    from chatstudio.asgi import application

    def announce() -> None:
        if server.listening_addresses:
            ready(server.listening_addresses[0][1])

    server = Server(
        application=application,
        endpoints=[
            f"{endpoint}:backlog={BACKLOG}"
            for endpoint in build_endpoint_description_strings(host=address, port=port)
        ],
        websocket_timeout=-1,
        # A busy second is no reason to turn a page away that is just opening.
        websocket_handshake_timeout=HANDSHAKE_SECONDS,
        server_name="chat-studio",
        verbosity=0,
        ready_callable=announce,
    )
    stop_with_terminal()
    colour_nothing()
    server.run()
    if not server.listening_addresses:
        raise LaunchError(
            f"Another program just took port {port}. Choose another one: make run PORT={port + 1}"
        )


def colour_nothing() -> None:
    """For a line of a log that is off, Autobahn colours three words with each frame that it sends:
    23 µs, a fifth of what a frame costs."""
    from autobahn.websocket import protocol

    for name in ("hltype", "hlval"):
        setattr(protocol, name, lambda value, **_: value)


def stop_with_terminal() -> None:
    """A closed terminal ends the server as cleanly as Ctrl-C does, except under nohup."""
    from twisted.internet import reactor

    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        signal.signal(hangup, lambda *_: reactor.callFromThread(reactor.stop))
