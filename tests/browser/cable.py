"""A wire between browser and server that can be cut, or stand still."""

import socket
import threading
from contextlib import suppress


class Cable:
    """Forwards a port of its own to the server's. `cut` ends the connections of now, `unplug`
    those to come as well; while it is `stalled` they stay open and nothing comes through;
    without `upgrades` it is a proxy that knows no websockets."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.plugged = True
        self.upgrades = True
        self.flows = threading.Event()
        self.flows.set()
        self.ends: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for end in list(self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def unplug(self) -> None:
        self.plugged = False
        self.cut()

    def plug_in(self) -> None:
        self.plugged = True

    def stall(self) -> None:
        self.flows.clear()

    def go_on(self) -> None:
        self.flows.set()

    def close(self) -> None:
        self.listener.close()
        self.go_on()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if not self.plugged:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
                self.ends |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self.upgrades and b"upgrade: websocket" in data.lower():
                    break
                self.flows.wait()
                target.sendall(data)
        with suppress(OSError):
            source.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
