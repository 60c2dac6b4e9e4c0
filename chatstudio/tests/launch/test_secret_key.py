import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatstudio.base.secret_key import load_or_create


def test_a_key_is_made_once(tmp_path):
    path = tmp_path / "data" / "secret_key"
    key = load_or_create(path)
    assert len(key) >= 50
    assert load_or_create(path) == key


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
def test_only_its_owner_can_read_the_key(tmp_path):
    load_or_create(tmp_path / "secret_key")
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_many_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(load_or_create, [tmp_path / "secret_key"] * 64))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_an_empty_file_left_by_a_full_disk_is_replaced(tmp_path):
    (tmp_path / "secret_key").touch()
    assert len(load_or_create(tmp_path / "secret_key")) >= 50


def test_without_hard_links_it_works_too(tmp_path, monkeypatch):
    def refuse(*names):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.link", refuse)
    assert load_or_create(tmp_path / "secret_key") == load_or_create(tmp_path / "secret_key")


def test_a_folder_that_cannot_be_made_is_told_with_a_way_out(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
        load_or_create(tmp_path / "file" / "secret_key")
