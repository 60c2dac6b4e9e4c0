"""Nobody else on the machine reads the database, files and keys."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chatstudio.base.private_files import keep_private, open_to_others

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def umask_is_kept():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_from_now_on_is_ones_own(tmp_path) -> None:
    keep_private(tmp_path / "not there")
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    assert (mode(tmp_path / "file"), mode(tmp_path / "folder")) == (0o600, 0o700)


def test_what_was_open_is_closed(tmp_path) -> None:
    names = ["chat-studio.sqlite3", "chat-studio.sqlite3-wal", "secret_key"]
    for name in names:
        (tmp_path / name).write_text("x")
    (tmp_path / "attachments").mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    assert len(open_to_others(tmp_path)) == 5
    keep_private(tmp_path)
    assert mode(tmp_path) == 0o700
    assert {mode(tmp_path / name) for name in names} == {0o600}
    assert mode(tmp_path / "attachments") == 0o700


def test_a_folder_of_other_things_is_left_open_and_what_is_ours_in_it_closed(tmp_path) -> None:
    (tmp_path / "letters.txt").write_text("x")
    (tmp_path / "chat-studio.sqlite3").write_text("x")
    (tmp_path / "static-of-my-website").mkdir(mode=0o755)
    (tmp_path / "logs.zip").write_text("x")
    tmp_path.chmod(0o755)
    keep_private(tmp_path)
    assert (mode(tmp_path), mode(tmp_path / "letters.txt")) == (0o755, 0o644)
    assert mode(tmp_path / "static-of-my-website") == 0o755
    assert mode(tmp_path / "logs.zip") == 0o644
    assert mode(tmp_path / "chat-studio.sqlite3") == 0o600


def test_a_folder_that_a_link_leads_to_is_closed_as_well(tmp_path) -> None:
    (disk := tmp_path / "disk").mkdir(mode=0o755)
    (disk / "secret_key").write_text("x")
    (tmp_path / "data").symlink_to(disk)
    assert disk in open_to_others(tmp_path / "data")
    keep_private(tmp_path / "data")
    assert mode(disk) == 0o700


def test_neither_a_link_nor_a_folder_for_everybody(tmp_path) -> None:
    other = tmp_path / "other"
    other.write_text("x")
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "attachments").symlink_to(other)
    shared.chmod(0o1777)
    keep_private(shared)
    assert (mode(shared), mode(other)) == (0o1777, 0o644)


def test_what_belongs_to_another_account_stops_nothing(tmp_path, monkeypatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    (tmp_path / "secret_key").write_text("x")
    keep_private(tmp_path)
    assert tmp_path / "secret_key" in open_to_others(tmp_path)


@pytest.mark.process
def test_a_command_leaves_everything_closed(tmp_path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=120)
    found = [folder, *folder.rglob("*")]
    assert len(found) > 2
    assert [path for path in found if mode(path) & 0o077] == []
