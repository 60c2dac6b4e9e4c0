"""The command as a program of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
import pytest

from chatstudio.management.commands.serve import Command

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[3]
PATIENCE = 180


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A data folder that somebody has used before."""
    data_dir = tmp_path_factory.mktemp("prepared")
    started(data_dir, "--prepare-only").communicate(timeout=PATIENCE)
    return data_dir


@pytest.fixture
def used(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def serve(tmp_path, request):
    """Starts the server with these options, on its own data."""

    def start(*options: str, **more: str) -> subprocess.Popen[str]:
        process = started(tmp_path, *options, **more)
        request.addfinalizer(process.kill)
        return process

    return start


def started(data_dir: Path, *options: str, **more: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *options],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(data_dir), "LLM_BASE_URL": "echo:", **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ready_line(process: subprocess.Popen[str]) -> str:
    return next(line for line in process.stdout if "ready at" in line)


@pytest.mark.usefixtures("used")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_once_it_says_ready_it_answers_and_a_signal_ends_it_cleanly(serve, number, request):
    # Under nohup the child would inherit that SIGHUP is ignored.
    request.addfinalizer(partial(signal.signal, number, signal.signal(number, signal.SIG_DFL)))
    process = serve("--port", "0")
    url = re.search(r"http://127\.0\.0\.1:\d+/", ready_line(process))[0]
    assert httpx.get(url + "health", trust_env=False, timeout=60).status_code == 200
    process.send_signal(number)
    rest = process.communicate(timeout=PATIENCE)[0]
    assert (process.returncode, rest) == (0, "")


def test_a_second_start_only_says_where_it_is(serve):
    assert serve("--prepare-only").communicate(timeout=PATIENCE)[0] != ""
    assert serve("--prepare-only").communicate(timeout=PATIENCE)[0] == ""


@pytest.mark.usefixtures("used")
def test_a_port_in_use_ends_it_with_a_sentence(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = serve("--port", str(taken.getsockname()[1]))
        output = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 1
    assert "make run PORT=" in output
    assert "Traceback" not in output


def test_who_has_an_agent_is_not_offered_the_demo_model(settings):
    settings.LLM_BASE_URL, settings.ZAIN_AGENT_URL = "http://127.0.0.1:9", "http://127.0.0.1:8500"
    assert not Command().wants_demo("ask")
    assert Command().wants_demo("demo")


def test_with_accounts_it_prints_the_code_for_the_first_one(serve):
    process = serve("--port", "0", "--model", "none", AUTH_MODE="accounts")
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if "ready at" in line:
            break
    assert "set-up/ with the code" in lines[-3]
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", lines[-2])
