"""The fake as a process of its own, as browser and failure tests use it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


@pytest.fixture
def server() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tests.fakes.model_server", "--also", "bench-0tps-500tok:1b"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())["url"], process
        process.kill()


def ask(url: str, body: dict[str, Any] | None = None) -> bytes:
    request = Request(url, None if body is None else json.dumps(body).encode())  # noqa: S310
    with urlopen(request, timeout=10) as response:  # noqa: S310
        data: bytes = response.read()
    return data


def chat(url: str, model: str, *messages: tuple[str, str], **rest: Any) -> list[dict[str, Any]]:
    told = [{"role": role, "content": content} for role, content in messages]
    lines = ask(f"{url}/api/chat", {"model": model, "messages": told, **rest}).splitlines()
    return [json.loads(line) for line in lines]


def text(lines: list[dict[str, Any]]) -> str:
    return "".join(line["message"]["content"] for line in lines)


def test_a_rate_of_nought_is_as_fast_as_can_be(server: tuple[str, Any]) -> None:
    lines = chat(server[0], "bench-0tps-500tok:1b", ("user", "go"))
    assert text(lines) == " ".join(f"w{n}" for n in range(500))
    assert lines[-1]["eval_count"] == 500


def test_a_slow_answer_goes_on_after_its_last_number(server: tuple[str, Any]) -> None:
    begun = ("user", "go"), ("assistant", "w0 w1 w2")
    lines = chat(server[0], "slow:1b", *begun, options={"num_predict": 3})
    assert text(lines) == " w3 w4 w5"
    assert lines[-1]["done_reason"] == "length"


def test_it_tells_what_it_was_asked(server: tuple[str, Any]) -> None:
    chat(server[0], "fast:1b", ("user", "Hello"))
    (seen,) = json.loads(ask(f"{server[0]}/_fake/requests"))["requests"]
    assert seen["body"]["messages"] == [{"role": "user", "content": "Hello"}]
    assert seen["disconnected_at"] is None
    assert seen["finished_at"]


def test_a_tool_is_called_as_ordered_and_its_result_told(server: tuple[str, Any]) -> None:
    tools = [{"type": "function", "function": {"name": "add"}}]
    order = ("user", 'call add {"a": 1}')
    (line,) = chat(server[0], "tools:1b", order, tools=tools)
    assert line["message"]["tool_calls"][0]["function"]["arguments"] == {"a": 1}
    assert text(chat(server[0], "tools:1b", order, ("tool", "3"))) == "The tool said: 3"


def test_it_refuses_what_a_real_one_refuses(server: tuple[str, Any]) -> None:
    with pytest.raises(HTTPError, match="400"):
        chat(server[0], "fast:1b", ("user", "Hello"), think=True)


def test_it_dies_when_told_to(server: tuple[str, subprocess.Popen[str]]) -> None:
    url, process = server
    with pytest.raises(OSError, match=r"closed|reset"):
        ask(f"{url}/_fake/die", {})
    assert process.wait(timeout=5) == 0


def test_a_measured_model_does_what_its_name_says(server: tuple[str, Any]) -> None:
    url, _ = server
    asked = {"messages": [{"role": "user", "content": "hi"}]}
    body = ask(f"{url}/api/chat", {"model": "bench-0tps-150tok-mix-10ms-error130:1b", **asked})
    *said, last = [json.loads(line) for line in body.splitlines()]
    assert "error" in last
    words = re.findall(r"\bw(\d+)\b", text(said))
    assert words == [str(n) for n in range(130)]
    assert "```python\ndef w" in text(said)
    (seen,) = json.loads(ask(f"{url}/_fake/requests"))["requests"]
    assert len(seen["sent_at"]) == 131
    ask(f"{url}/_fake/forget")
    assert json.loads(ask(f"{url}/_fake/requests"))["requests"] == []
