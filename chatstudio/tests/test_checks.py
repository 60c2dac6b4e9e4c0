"""A wrong value is a system check with an id and a hint, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from chatstudio import checks

WRONG = [
    ("PORT", "eighty", "chatstudio.E001"),
    ("PORT", "70000", "chatstudio.E004"),
    ("LLM_TIMEOUT_SECONDS", "abc", "chatstudio.E001"),
    ("LLM_TIMEOUT_SECONDS", "5m", "chatstudio.E001"),
    ("LLM_TIMEOUT_SECONDS", "nan", "chatstudio.E001"),
    ("LLM_TIMEOUT_SECONDS", "0", "chatstudio.E003"),
    ("LLM_DETECT_SECONDS", "0", "chatstudio.E003"),
    ("LLM_CA_FILE", "/nowhere/ca.pem", "chatstudio.E009"),
    ("LLM_PROXY", "proxy:3128", "chatstudio.E011"),
    ("LLM_BASE_URL", "foo", "chatstudio.E002"),
    ("LLM_BASE_URL", "http://[", "chatstudio.E002"),
    ("LLM_BASE_URL", "http://box:port", "chatstudio.E002"),
    ("ZAIN_AGENT_URL", "localhost:8500", "chatstudio.E010"),
    ("ZAIN_AGENT_URL", "http://[", "chatstudio.E010"),
    ("ZAIN_AGENT_PROTOCOL", "soap", "chatstudio.E001"),
    ("ZAIN_AGENT_TIMEOUT_SECONDS", "0", "chatstudio.E003"),
    ("ZAIN_AGENT_FALLBACK", "perhaps", "chatstudio.E001"),
    ("TIME_ZONE", "Mars/Olympus", "chatstudio.E001"),
    ("DATABASE_URL", "oracle://x", "chatstudio.E001"),
    ("DATABASE_URL", "postgres://u:p@host:port/db", "chatstudio.E001"),
    ("REDIS_URL", "localhost:6379", "chatstudio.E005"),
    ("REDIS_URL", "redis://", "chatstudio.E005"),
    ("REDIS_URL", "redis://localhost:port", "chatstudio.E005"),
    ("LOG_LEVEL", "LOUD", "chatstudio.E001"),
    ("MEMORY_ENABLED", "perhaps", "chatstudio.E001"),
    ("TURNS_AT_ONCE", "2.5", "chatstudio.E001"),
    ("TURNS_AT_ONCE", "-1", "chatstudio.E003"),
    ("TURNS_PER_MINUTE", "-1", "chatstudio.E003"),
    ("TOOL_SHARE", "1", "chatstudio.E031"),
    ("DATA_FILE_MAX_MB", "0", "chatstudio.E003"),
    ("DATA_POSTGRES_URLS", "sales", "chatstudio.E001"),
    ("DATA_POSTGRES_URLS", "sales=mysql://x", "chatstudio.E001"),
]


def check(folder: Path, **wrong: str) -> subprocess.Popen[str]:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(folder), **wrong}
    command = [sys.executable, "manage.py", "check"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=env, cwd=settings.BASE_DIR, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[tuple[str, str], tuple[int, str]]:
    """Exit code and words for each wrong value. A process takes a second, so each is given a
    wrong value of every name."""
    folder = tmp_path_factory.mktemp("data")
    waiting, running = [(name, value) for name, value, _ in WRONG], []
    while waiting:
        some = dict(waiting)
        running.append((some, check(folder, **some)))
        waiting = [pair for pair in waiting if pair not in some.items()]
    answers = {}
    for some, process in running:
        words, _ = process.communicate(timeout=180)
        answers |= dict.fromkeys(some.items(), (process.returncode, words))
    return answers


@pytest.mark.parametrize(("name", "value", "id"), WRONG)
@pytest.mark.process
def test_a_wrong_value_is_said_with_id_and_hint(said, name, value, id) -> None:
    code, words = said[name, value]
    assert code == 1
    assert "Traceback" not in words
    assert f"({id}) {name}" in words
    assert "HINT" in words.split(f"({id}) {name}")[1].splitlines()[1]


@pytest.mark.process
def test_no_environment_at_all_is_fine(tmp_path) -> None:
    process = check(tmp_path)
    words, _ = process.communicate(timeout=180)
    assert process.returncode == 0, words


def test_a_redis_without_its_package_is_said(settings, monkeypatch) -> None:
    settings.REDIS_URL = "rediss://localhost:6379/1"
    assert checks.redis_address() == checks.redis_client_is_installed() == []
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (error,) = checks.redis_client_is_installed()
    assert (error.id, bool(error.hint)) == ("chatstudio.E006", True)


def test_a_key_that_travels_in_the_clear_is_a_warning(settings) -> None:
    settings.ZAIN_AGENT_API_KEY = "sk-secret"
    settings.ZAIN_AGENT_URL = "http://agents.example.org"
    (warning,) = checks.agent_key_is_hidden_on_its_way()
    assert (warning.id, "sk-secret" in str(warning)) == ("chatstudio.W010", False)
    settings.ZAIN_AGENT_URL = "https://agents.example.org"
    assert checks.agent_key_is_hidden_on_its_way() == []
    settings.ZAIN_AGENT_URL = "http://localhost:8500"
    assert checks.agent_key_is_hidden_on_its_way() == []


def test_traces_without_their_package_are_said(settings, monkeypatch) -> None:
    settings.OTEL_TRACES_EXPORTER = "otlp"
    assert checks.traces_can_be_sent() == []
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (error,) = checks.traces_can_be_sent()
    assert (error.id, bool(error.hint)) == ("chatstudio.E007", True)
    settings.OTEL_TRACES_EXPORTER = "none"
    assert checks.traces_can_be_sent() == []


def test_a_short_loading_limit_is_a_warning(settings) -> None:
    settings.LLM_LOAD_TIMEOUT_SECONDS = 5.0
    (warning,) = checks.load_limit_is_the_longer()
    assert warning.id == "chatstudio.W001"
    assert warning.hint


@pytest.mark.parametrize("url", ["echo:", "http://localhost:11434", "https://box/v1"])
def test_a_right_address_is_no_mistake(settings, url) -> None:
    settings.LLM_BASE_URL = url
    assert checks.model_server_address() == []


@pytest.mark.parametrize("url", ["localhost:11434", "box.example.org", "[::1]:1234", "10.0.0.2/v1"])
def test_an_address_may_lack_its_scheme(settings, url) -> None:
    settings.LLM_BASE_URL = url
    assert checks.model_server_address() == []


@pytest.mark.parametrize("key", ["one\ntwo", "one\x00"])
def test_a_key_that_cannot_be_sent_is_a_mistake(settings, key) -> None:
    settings.LLM_API_KEY = key
    (error,) = checks.key_can_be_sent()
    assert (error.id, key in str(error)) == ("chatstudio.E008", False)
    settings.LLM_API_KEY = "sk-right\n"
    assert checks.key_can_be_sent() == []


def test_a_file_of_certificates_has_to_hold_some(settings, tmp_path) -> None:
    settings.LLM_CA_FILE = str(tmp_path / "ca.pem")
    (error,) = checks.certificates_are_readable()
    assert (error.id, "No such file" in error.msg) == ("chatstudio.E009", True)
    (tmp_path / "ca.pem").write_text("no certificate")
    (error,) = checks.certificates_are_readable()
    assert "no certificate in PEM form" in error.msg
    settings.LLM_CA_FILE = ""
    assert checks.certificates_are_readable() == []


@pytest.mark.parametrize(
    ("proxy", "is_right"),
    [
        ("", True),
        ("http://proxy:3128", True),
        ("https://me:pass@proxy", True),
        ("proxy:3128", False),
        ("ftp://proxy", False),
        ("socks5://proxy", False),
    ],
)
def test_a_proxy_is_an_address(settings, monkeypatch, proxy, is_right) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    settings.LLM_PROXY = proxy
    found = checks.proxy_address()
    assert [error.id for error in found] == ([] if is_right else ["chatstudio.E011"])
    assert "pass" not in str(found)


def test_a_proxy_for_this_machine_is_a_warning(settings) -> None:
    settings.LLM_PROXY = "http://proxy:3128"
    settings.LLM_BASE_URL = "http://localhost:11434"
    (warning,) = checks.proxy_is_of_use()
    assert warning.id == "chatstudio.W006"
    settings.LLM_BASE_URL = "http://box:11434"
    assert checks.proxy_is_of_use() == []
