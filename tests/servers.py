"""The real server and the fake model server, each as a process of its own."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0

# Numbered words at a known pace: w0 w1 w2 …
COUNTS, COUNTED = "bench-40tps-200tok:1b", 200
COUNTS_LONG = "bench-40tps-600tok:1b"
COUNTS_ON = "bench-20tps-9000tok:1b"  # until it is stopped
SPEAKS = "sentences-20tps-40:1b"
OF_TESTS = (COUNTS, COUNTS_LONG, COUNTS_ON, SPEAKS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**more: str) -> dict[str, str]:
    """Nothing of the developer's own settings reaches a server under test."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "ENV_FILE": os.devnull,
        "PYTHONUNBUFFERED": "1",
        "TURNS_AT_ONCE": "50",
        "TURNS_PER_MINUTE": "0",
        **more,
    }


def first_line_with(process: subprocess.Popen[str], word: str) -> str:
    """Waits until the process says it; a process that hangs is ended."""
    patience = threading.Timer(START_SECONDS, process.kill)
    patience.start()
    try:
        assert process.stdout
        for line in process.stdout:
            if word in line:
                return line
    finally:
        patience.cancel()
    raise AssertionError(f"The process ended without saying {word!r}; code {process.wait()}")


class FakeModels:
    def __init__(self, *options: str, port: int = 0) -> None:
        known = [arg for name in OF_TESTS for arg in ("--also", name)]
        module = [sys.executable, "-m", "tests.fakes.model_server"]
        command = [*module, "--port", str(port), *known, *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.url = str(json.loads(first_line_with(self.process, "url"))["url"])

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.url + path, data), timeout=30) as response:  # noqa: S310
            return json.load(response)

    def chats(self, model: str) -> list[dict[str, Any]]:
        """The requests for an answer of this model, oldest first."""
        seen = self.ask("/_fake/requests")["requests"]
        chats = [one for one in seen if one["path"] == "/api/chat"]
        return [one for one in chats if one["body"].get("model") == model]

    def die(self) -> None:
        self.process.kill()
        self.process.wait()

    close = die


class ExampleAgent:
    """The one of examples/, as a person starts it. A Studio with its `settings` asks it."""

    def __init__(self, *options: str, port: int = 0) -> None:
        command = [sys.executable, "examples/agent/agent.py", "--port", str(port), *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.url = first_line_with(self.process, "listens at").split()[-1]

    def settings(self, protocol: str, **more: str) -> dict[str, str]:
        url = self.url if protocol == "openai" else f"{self.url}/hook"
        return {"ZAIN_AGENT_URL": url, "ZAIN_AGENT_PROTOCOL": protocol, **more}

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


class Studio:
    """Chat Studio, started as `make run` starts it. `start` after `end` brings it back at the
    same address with the same rows."""

    def __init__(
        self,
        data_dir: Path,
        models_url: str,
        options: Sequence[str] = ("--model", "none"),
        **environment: str,
    ) -> None:
        self.data_dir = data_dir
        self.environment = clean_environment(
            DATA_DIR=str(data_dir), LLM_BASE_URL=models_url, **environment
        )
        self.port = 0
        self.options = options

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def start(self) -> "Studio":
        serve = self.command("serve", "--host", "127.0.0.1", "--port", str(self.port))
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*serve, *self.options],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            ready = first_line_with(self.process, "is ready at")
        except AssertionError as error:
            error.add_note(self.log()[-3000:])
            raise
        self.url = ready.split()[-1].rstrip("/")
        self.port = urlsplit(self.url).port or 0
        return self

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def run(self, *arguments: str, told: str | None = None) -> str:
        """A command of manage.py with this server's database, and what is told to it."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def failures(self) -> list[str]:
        """What its log has of our own mistakes; strangers who are turned away are none."""
        mistakes = r"^.* (?:ERROR|CRITICAL) (?!django\.security).*(?:\n\D.*)*"
        return re.findall(mistakes, self.log(), re.M)

    def log(self) -> str:
        return (self.data_dir / "server.log").read_text()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.data_dir / "chat-studio.sqlite3", timeout=60)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def messages(self, key: str) -> list[tuple[str, str, str]]:
        """Role, status and text of a conversation's messages, as its rows have them."""
        return self.rows(
            """SELECT m.role, m.status, coalesce((
                 SELECT group_concat(content, '') FROM (
                   SELECT content FROM conversations_messagepart
                   WHERE message_id = m.id AND kind = 'text' ORDER BY position)), '')
               FROM conversations_message m JOIN conversations_conversation c
                 ON c.id = m.conversation_id
               WHERE c.public_id = ? ORDER BY m.id""",
            key.replace("-", ""),
        )
