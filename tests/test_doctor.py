"""`manage.py doctor` as a person runs it: on a healthy, a modelless and broken installations."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, FakeModels, clean_environment, free_port


@pytest.fixture
def data_dir(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", *arguments],
        cwd=ROOT,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_a_healthy_installation(data_dir: Path, models: FakeModels) -> None:
    done = doctor(DATA_DIR=str(data_dir), LLM_BASE_URL=models.url)
    assert done.returncode == 0, done.stdout
    assert "failure" not in done.stdout
    for words in ("Python", "Migrations    All are applied.", "fast:1b answered in"):
        assert words in done.stdout
    assert "\x1b" not in done.stdout


def test_without_a_model_server_there_are_warnings_and_it_is_fine(data_dir: Path) -> None:
    done = doctor(DATA_DIR=str(data_dir), LLM_BASE_URL=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0
    assert "warning  Model server  The model server is not answering" in done.stdout
    assert "-> Start it (for Ollama: ollama serve)" in done.stdout


def test_for_programs(data_dir: Path, models: FakeModels) -> None:
    done = doctor("--json", DATA_DIR=str(data_dir), LLM_BASE_URL=models.url)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (0, True)
    assert {"Database", "Model server"} <= {check["name"] for check in told["checks"]}


def test_a_database_without_its_tables(tmp_path: Path, models: FakeModels) -> None:
    done = doctor(DATA_DIR=str(tmp_path), LLM_BASE_URL=models.url)
    assert done.returncode == 1
    assert "failure  Migrations" in done.stdout
    assert "manage.py migrate" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_data_folder_that_cannot_be(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    done = doctor(*arguments, DATA_DIR=str(tmp_path / "file"))
    assert done.returncode == 1
    assert "Chat Studio cannot start" in done.stdout
    assert "set DATA_DIR to one that is" in done.stdout
    if arguments:
        assert json.loads(done.stdout)["ok"] is False


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_without_the_right_to_it(data_dir: Path) -> None:
    data_dir.chmod(0o500)
    done = doctor(DATA_DIR=str(data_dir), SECRET_KEY="x" * 60)
    data_dir.chmod(0o700)
    assert done.returncode == 1
    assert "failure  Data folder" in done.stdout


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "DATABASE_URL has a value that cannot be read"),
        ("sqlite:////nowhere/at/all.sqlite3", "SQLite cannot be opened"),
        ("postgres://nobody:hunter2@127.0.0.1:1/none", "PostgreSQL"),
    ],
)
def test_a_wrong_database(data_dir: Path, models: FakeModels, url: str, words: str) -> None:
    done = doctor(DATA_DIR=str(data_dir), DATABASE_URL=url, LLM_BASE_URL=models.url)
    assert done.returncode == 1
    assert words in done.stdout
    assert "->" in done.stdout
    assert "hunter2" not in done.stdout
