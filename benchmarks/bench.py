"""What a row is given: servers, folders, options. Everything started here is ended here."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks import peers
from benchmarks.followers import Job
from benchmarks.results import Figure
from tests.servers import ROOT, FakeModels, Studio, clean_environment, first_line_with

MODELS = {
    "instant": "bench-0tps-20tok:1b",
    "first": "bench-100tps-10tok:1b",
    "first after 50 ms": "bench-100tps-10tok-50ms:1b",
    "done": "bench-100tps-20tok:1b",
    "steady": "bench-50tps-200tok-mix:1b",
    "paragraph": "bench-50tps-300tok:1b",
    "fast": "bench-200tps-600tok:1b",
    "many": "bench-30tps-300tok-mix:1b",
    "many, short": "bench-30tps-60tok-mix:1b",
    "long": "bench-100tps-4000tok-mix:1b",
    "long, short": "bench-100tps-400tok-mix:1b",
}
KILOBYTES = (1, 10, 40)
BYTES_A_TOKEN = {"paragraph": 6.2, "code": 8.0, "list": 6.6, "table": 7.6}
MODELS |= {
    f"{shape}, {size} KB": f"bench-400tps-{round(size * 1000 / each)}tok-{shape}:1b"
    for shape, each in BYTES_A_TOKEN.items()
    for size in KILOBYTES
}
GRACE_SECONDS = 30.0
AS_INSTALLED = {"PYTHONPATH": str(Path(__file__).parent / "as_installed")}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: ours, the floor or a peer's."""

    kind: str
    url: str
    pid: int
    data_dir: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


class Bench:
    def __init__(
        self,
        folder: Path,
        *,
        quick: bool,
        streams: Sequence[int] = (),
        peers: Mapping[str, Path] | None = None,
    ) -> None:
        """`peers`: the virtual environments of those that are measured too, by their names."""
        self.folder, self.quick, self.streams = folder, quick, streams
        self.peers = peers or {}
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

    def sides[T](
        self, measure: Callable[[Server], T], data_dir: Path, *, with_floor: bool = True
    ) -> dict[str, T]:
        """The same of ours, of the floor and of the peers, one after the other. A peer that does
        not do it is said and left out."""
        with self.studio(data_dir) as server:
            found = {server.kind: measure(server)}
        if with_floor:
            with self.floor() as server:
                found[server.kind] = measure(server)
        for name in self.peers:
            try:
                with self.peer(name) as server:
                    found[name] = measure(server)
            except Exception as error:
                print(f"  {name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return found

    @contextmanager
    def studio(self, data_dir: Path, **environment: str) -> Iterator[Server]:
        unlimited = {"TURNS_AT_ONCE": "10000", "TURNS_PER_MINUTE": "0"}
        settings = {**unlimited, **AS_INSTALLED, **environment}
        studio = Studio(data_dir, self.models.url, **settings)
        with on_one_core():
            studio.start()
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
        with on_one_core():
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

    @contextmanager
    def peer(self, name: str) -> Iterator[Server]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        with on_one_core():
            process, port = peers.start(name, self.peers[name], self.models.url, folder)
        try:
            peers.wait_until_ready(name, process, port)
            yield Server(name, f"http://127.0.0.1:{port}", process.pid, folder)
        finally:
            process.kill()
            process.wait()

    def follow(
        self,
        server: Server,
        model: str,
        keys: Sequence[str],
        when_open: Callable[[], None] = lambda: None,
        *,
        by: str = "",
        readers: Sequence[str] = (),
        **how: Any,
    ) -> "Followed":
        """Pages that ask this model, one on each conversation; what they saw and what was sent.
        `when_open` is called between the opening of many pages at once and the first message; `by`
        is another way in than the page (visitors/); `readers` are further pages, which only read.
        """
        self.models.ask("/_fake/forget", {})
        name = MODELS[model]
        tokens = int(name.split("-")[2].partition("tok")[0])
        pages = [(key, f"Please say something, number {n}.") for n, key in enumerate(keys)]
        pages += [(key, "") for key in readers]
        reference = f"{name}@{self.models.url}" if server.kind == "studio" else name
        job = Job(by or server.kind, server.port, reference, tokens, pages, **how)
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


@contextmanager
def on_one_core() -> Iterator[None]:
    """Servers get one processor, as most have that many in the end, and are comparable; those who
    visit them and the models have the others."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        yield
        return
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_of_them)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def beside[T](
    name: str,
    unit: str,
    found: Mapping[str, T],
    figure: Callable[[T], float],
    target: float | None = None,
    **more: Any,
) -> Figure:
    """A figure out of what `sides` has found."""
    others = {side: figure(it) for side, it in found.items() if side not in ("studio", "floor")}
    floor = figure(found["floor"]) if "floor" in found else None
    return Figure(name, unit, figure(found["studio"]), floor, target, peers=others, **more)


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
