"""What a row is given: servers, folders, options. Everything started here is ended here."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.followers import Job
from tests.servers import ROOT, FakeModels, Studio, clean_environment, first_line_with

MODELS = {
    "instant": "bench-0tps-20tok:1b",
    "first": "bench-100tps-10tok:1b",
    "first after 50 ms": "bench-100tps-10tok-50ms:1b",
    "steady": "bench-50tps-200tok-mix:1b",
    "many": "bench-30tps-300tok-mix:1b",
    "many, short": "bench-30tps-60tok-mix:1b",
    "long": "bench-100tps-4000tok-mix:1b",
    "long, short": "bench-100tps-400tok-mix:1b",
}
GRACE_SECONDS = 30.0
AS_INSTALLED = {"PYTHONPATH": str(Path(__file__).parent / "as_installed")}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: ours or the floor."""

    kind: str
    url: str
    pid: int
    data_dir: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


class Bench:
    def __init__(self, folder: Path, *, quick: bool, streams: int) -> None:
        self.folder, self.quick, self.streams = folder, quick, streams
        also = [option for name in MODELS.values() for option in ("--also", name)]
        self.models = FakeModels(*also)

    def close(self) -> None:
        self.models.close()

    def data_dir(self, conversations: int = 0, lengths: Sequence[int] = ()) -> "Seeded":
        """A fresh folder with a database and static files, as after the first start."""
        path = Path(tempfile.mkdtemp(dir=self.folder))
        environment = clean_environment(DATA_DIR=str(path), LLM_BASE_URL=self.models.url)
        run = [sys.executable, "manage.py", "serve", "--prepare-only", "--model", "none"]
        subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True)
        what = {"conversations": conversations, "lengths": list(lengths)}
        return Seeded(path, **fill("seeding", path, json.dumps(what)))

    @contextmanager
    def studio(self, data_dir: Path, **environment: str) -> Iterator[Server]:
        unlimited = {"TURNS_AT_ONCE": "10000", "TURNS_PER_MINUTE": "0"}
        settings = {**unlimited, **AS_INSTALLED, **environment}
        studio = Studio(data_dir, self.models.url, **settings).start()
        try:
            yield Server("studio", studio.url, studio.process.pid, data_dir)
        finally:
            try:
                studio.end()
            finally:
                studio.close()

    @contextmanager
    def floor(self) -> Iterator[Server]:
        command = [sys.executable, "-m", "benchmarks.floor", "--models", self.models.url]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean_environment(**AS_INSTALLED),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            url = first_line_with(process, "is ready at").split()[-1]
            yield Server("floor", url, process.pid, self.folder)
        finally:
            process.kill()
            process.wait()

    def follow(
        self,
        server: Server,
        model: str,
        keys: Sequence[str],
        when_open: Callable[[], None] = lambda: None,
        **how: Any,
    ) -> "Followed":
        """Pages that ask this model, one on each conversation; what they saw and what was sent.
        `when_open` is called between the opening of many pages at once and the first message."""
        self.models.ask("/_fake/forget", {})
        name = MODELS[model]
        tokens = int(name.split("-")[2].removesuffix(":1b").removesuffix("tok"))
        pages = [(key, f"Please say something, number {n}.") for n, key in enumerate(keys)]
        reference = name if server.kind == "floor" else f"{name}@{self.models.url}"
        job = Job(server.kind, server.port, reference, tokens, pages, **how)
        seen = followed_by(job, when_open)
        requests = self.models.ask("/_fake/requests")["requests"]
        followed = Followed(seen, requests, tokens)
        if job.one_by_one and followed.errors:
            raise RuntimeError(followed.errors[0])
        return followed


@dataclass(frozen=True, slots=True)
class Seeded:
    path: Path
    empty: list[str]
    long: list[str]


@dataclass(frozen=True, slots=True)
class Followed:
    pages: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    tokens: int

    @property
    def errors(self) -> list[str]:
        return [page["error"] for page in self.pages if page["error"]]


def fill(module: str, data_dir: Path, argument: str) -> dict[str, Any]:
    """Has one of our programs write rows; what it says of them."""
    command = [sys.executable, "-m", f"benchmarks.{module}", argument]
    environment = clean_environment(DATA_DIR=str(data_dir))
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def followed_by(job: Job, when_open: Callable[[], None]) -> list[dict[str, Any]]:
    """The process of the followers, from its start to its end."""
    limit = GRACE_SECONDS + job.limit * (len(job.pages) if job.one_by_one else 1) + job.spread
    command = [sys.executable, "-m", "benchmarks.followers"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        patience = threading.Timer(limit, process.kill)
        patience.start()
        try:
            assert process.stdin
            assert process.stdout
            print(json.dumps(asdict(job)), file=process.stdin, flush=True)
            if not job.one_by_one and process.stdout.readline().strip() == "open":
                when_open()
                print(file=process.stdin, flush=True)
            seen: list[dict[str, Any]] = json.loads(process.stdout.read())
            return seen
        finally:
            patience.cancel()


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=30) as response:  # noqa: S310  loopback
        body: bytes = response.read()
    return body
