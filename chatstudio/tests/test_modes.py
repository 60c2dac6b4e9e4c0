"""What AUTH_MODE and its companions change, and that nothing of it shows without accounts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from chatstudio import checks

ROOT = Path(__file__).parents[2]
BEHIND_A_PROXY = {
    "AUTH_MODE": "accounts",
    "ALLOWED_HOSTS": "chat.example.org",
    "HTTPS_ONLY": "true",
    "TRUST_PROXY": "true",
}


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.django_db
def test_without_accounts_there_is_no_sign_in(client) -> None:
    page = client.get("/chat/")
    assert page.status_code == 200
    assert not {"chatstudio_session", "sessionid"} & set(page.cookies)
    for word in ("sign-out", "data-person", "/account/"):
        assert word not in page.text
    for path in ("/sign-in/", "/set-up/", "/people/"):
        assert client.get(path).status_code == 404


@pytest.mark.process
def test_the_documented_settings_pass_the_deployment_check(tmp_path) -> None:
    strict = ("check", "--deploy", "--fail-level", "WARNING")
    done = manage(tmp_path, *strict, **BEHIND_A_PROXY)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("mode", ["local", "accounts"])
@pytest.mark.process
def test_the_migrations_match_in_both_modes(tmp_path, mode) -> None:
    done = manage(tmp_path, "makemigrations", "--check", "--dry-run", AUTH_MODE=mode)
    assert done.returncode == 0, done.stdout


@pytest.mark.process
def test_an_unknown_mode_is_refused(tmp_path) -> None:
    done = manage(tmp_path, "check", AUTH_MODE="open")
    assert done.returncode == 1
    assert "AUTH_MODE" in done.stderr


def test_cookies_are_secure_only_with_https() -> None:
    assert not settings.SESSION_COOKIE_SECURE
    assert settings.SECURE_PROXY_SSL_HEADER is None


def test_a_server_for_others_needs_a_name(settings) -> None:
    settings.AUTH_MODE, settings.HOST = "accounts", "0.0.0.0"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert [one.id for one in checks.other_machines_know_a_name()] == ["chatstudio.W002"]
    settings.ALLOWED_HOSTS = ["localhost", "chat.example.org"]
    assert checks.other_machines_know_a_name() == []


def test_https_without_its_proxy_is_noticed(settings) -> None:
    settings.HTTPS_ONLY = True
    assert [one.id for one in checks.https_comes_from_a_proxy()] == ["chatstudio.W003"]
    settings.TRUST_PROXY = True
    assert checks.https_comes_from_a_proxy() == []
