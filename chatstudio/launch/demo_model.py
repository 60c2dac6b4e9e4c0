"""The demo model's server as a supervised child process."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

CHILD = Path(__file__).with_name("demo_child.py")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
LOG_BYTES = 1_000_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def explain(error: str) -> str:
    if "libgomp" in error:
        return "The demo model needs a library of the system: sudo apt install libgomp1"
    return f"The demo model does not start: {error}"


class DemoModel:
    """Runs until `stop`; a child that dies starts anew at the same address, ever more slowly."""

    def __init__(
        self, model: Path, log: Path, say: Callable[[str], None], child: Path = CHILD
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.model, self.log, self.say, self.child = model, log, say, child
        self.process: subprocess.Popen[bytes] | None = None
        self.settled = threading.Event()  # it answers, or has said why it cannot
        self.stopping = threading.Event()
        self.error = ""
        self.thread = threading.Thread(target=self.supervise, name="demo-model", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it answers within this time."""
        return self.settled.wait(seconds) and not self.error

    def stop(self) -> None:
        self.stopping.set()
        self.close_input()
        self.thread.join(3)
        if self.thread.is_alive() and self.process is not None:
            self.process.kill()
            self.thread.join(1)

    def supervise(self) -> None:
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            started = time.monotonic()
            self.run_once()
            if time.monotonic() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def run_once(self) -> None:
        self.process = process = self.spawn()
        with process:
            if self.stopping.is_set():
                self.close_input()
            self.read_report(process.stdout.readline() if process.stdout else b"")
            process.wait()
        if not self.stopping.is_set() and not self.error:
            self.say("The demo model stopped; starting it again")

    def spawn(self) -> subprocess.Popen[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        too_long = self.log.exists() and self.log.stat().st_size > LOG_BYTES
        command = [sys.executable, "-I", str(self.child), str(self.model), str(self.port)]
        with self.log.open("wb" if too_long else "ab") as log:
            return subprocess.Popen(  # noqa: S603  no part of it comes from outside
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the server
            )

    def close_input(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def read_report(self, line: bytes) -> None:
        try:
            error = json.loads(line).get("error", "")
        except ValueError:
            error = f"it ended without a word; see {self.log}"
        if error and error != self.error and not self.stopping.is_set():
            self.say(explain(error))
        self.error = error
        self.settled.set()
