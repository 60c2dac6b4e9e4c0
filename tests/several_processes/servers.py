"""A server as an administrator starts several of them: plain Daphne."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import ROOT, START_SECONDS, clean_environment, free_port


class Server:
    def __init__(self, data_dir: Path, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        daphne = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port)]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*daphne, "--websocket_timeout", "-1", "chatstudio.asgi:application"],
                cwd=ROOT,
                env=clean_environment(DATA_DIR=str(data_dir), **environment),
                stdout=output,
                stderr=output,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urlopen(f"{self.url}/health", timeout=5):  # noqa: S310
                    return
            except URLError:
                time.sleep(0.1)
        raise AssertionError(f"{self.url} never answered: {self.log.read_text()}")

    def says(self, words: str, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while words not in self.log.read_text():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def end(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
