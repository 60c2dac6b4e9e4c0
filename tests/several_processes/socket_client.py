"""A websocket's client side, just enough to read text frames and to answer."""

import base64
import os
import socket
import struct
from urllib.parse import urlsplit


class Closed(Exception):
    pass


class WebSocket:
    def __init__(self, url: str, path: str, cookie: str = "") -> None:
        host = urlsplit(url).netloc
        name, _, port = host.partition(":")
        self.socket = socket.create_connection((name, int(port)), timeout=30)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            f"Origin: http://{host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {cookie}",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        head = self._until(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head

    def read(self, seconds: float) -> str | None:
        """The next text, or None where none comes in time."""
        while True:
            self.socket.settimeout(max(seconds, 0.001))
            try:
                self._need(2)
            except TimeoutError:
                return None
            self.socket.settimeout(10)
            opcode, payload = self._frame()
            if opcode == 1:
                return payload.decode()
            if opcode == 8:
                raise Closed(payload)
            if opcode == 9:
                self._write(10, payload)

    def send(self, text: str) -> None:
        self._write(1, text.encode())

    def close(self) -> None:
        self.socket.close()

    def _frame(self) -> tuple[int, bytes]:
        self._need(2)
        opcode, length = self.buffer[0] & 15, self.buffer[1] & 127
        start = 2
        for marker, form in ((126, "!H"), (127, "!Q")):
            if length == marker:
                start = 2 + struct.calcsize(form)
                self._need(start)
                length = struct.unpack(form, self.buffer[2:start])[0]
                break
        self._need(start + length)
        payload = self.buffer[start : start + length]
        self.buffer = self.buffer[start + length :]
        return opcode, payload

    def _write(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        assert len(payload) < 126
        self.socket.sendall(bytes([128 | opcode, 128 | len(payload)]) + mask + masked)

    def _need(self, count: int) -> None:
        while len(self.buffer) < count:
            self._more()

    def _until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(end)
        return head

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise Closed
        self.buffer += data
