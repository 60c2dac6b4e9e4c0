import os
from pathlib import Path

import pytest
from django.core.management import call_command

from chatstudio.launch import prepare


@pytest.fixture
def static(settings, tmp_path: Path, monkeypatch) -> Path:
    """A folder with one static file, the only one there is."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "app.css").write_text("body {}")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    return folder


def steps() -> list[str]:
    said: list[str] = []
    prepare.collect_static(said.append)
    return said


def test_static_files_are_collected_once(static, settings):
    assert steps() == ["Collecting static files"]
    assert (settings.STATIC_ROOT / "app.css").read_text() == "body {}"
    assert steps() == []


def test_a_changed_static_file_is_collected_again(static):
    steps()
    os.utime(static / "app.css", (1, 1))
    assert steps() == ["Collecting static files"]


def test_lost_static_files_are_collected_again(static, settings):
    steps()
    (settings.STATIC_ROOT / "app.css").unlink()
    settings.STATIC_ROOT.rmdir()
    assert steps() == ["Collecting static files"]


@pytest.mark.django_db
def test_an_up_to_date_database_is_left_alone():
    said: list[str] = []
    prepare.migrate(said.append)
    assert said == []


@pytest.mark.django_db(transaction=True)
def test_a_database_that_lacks_a_migration_gets_it():
    call_command("migrate", "metrics", "zero", verbosity=0)
    said: list[str] = []
    prepare.migrate(said.append)
    prepare.migrate(said.append)
    assert said == ["Preparing the database"]
