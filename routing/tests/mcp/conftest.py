"""The example server as a real process, over both transports."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings

EXAMPLE = str(Path(django_settings.BASE_DIR) / "examples" / "mcp_server.py")
STDIO = {"command": sys.executable, "args": [EXAMPLE]}
ODD = {"command": sys.executable, "args": [str(Path(__file__).parent / "odd_server.py")]}

type Configure = Callable[[dict[str, object]], Path]


@pytest.fixture
def configure(tmp_path: Path, settings) -> Configure:
    def write(servers: dict[str, object]) -> Path:
        path = tmp_path / "mcp.json"
        path.write_text(json.dumps({"mcpServers": servers}))
        settings.MCP_CONFIG = str(path)
        return path

    return write


class HttpServer:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/mcp"
        self.start()

    def start(self) -> None:
        command = [sys.executable, EXAMPLE, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("The example server did not start.")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def http_server() -> Iterator[HttpServer]:
    server = HttpServer()
    yield server
    server.close()


@pytest.fixture(params=["stdio", "http"])
def example(request, configure) -> Iterator[str]:
    """Its name in the configuration."""
    if request.param == "stdio":
        configure({"example": STDIO})
        yield "example"
        return
    server = HttpServer()
    configure({"example": {"url": server.url}})
    yield "example"
    server.close()


async def soon(holds: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)
