import json
import sys

import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts"),
    pytest.mark.process,
]


@pytest.fixture(autouse=True)
def nothing_but_stand_ins(find_python, monkeypatch, tmp_path):
    monkeypatch.setattr(find_python, "folders", lambda: [str(tmp_path / "bin")])
    monkeypatch.setattr(find_python.sys, "executable", "")
    everywhere = find_python.managed
    mine = str(tmp_path)
    monkeypatch.setattr(
        find_python, "managed", lambda v: [path for path in everywhere(v) if path.startswith(mine)]
    )


def test_the_wanted_version_is_preferred_to_a_newer_one(find_python, fake_python):
    fake_python("bin/python3.14", "3.14.1")
    wanted = fake_python("bin/python3.13", "3.13.2")
    assert find_python.find_python() == wanted


def test_the_newest_of_pyenvs_pythons_is_found_by_number(find_python, fake_python):
    fake_python("pyenv/versions/3.13.9/bin/python", "3.13.9")
    newest = fake_python("pyenv/versions/3.13.10/bin/python", "3.13.10")
    assert find_python.find_python() == newest


def test_pyenv_is_found_without_home_and_pyenv_root(
    find_python, fake_python, monkeypatch, tmp_path
):
    kept = fake_python(".pyenv/versions/3.12.4/bin/python", "3.12.4")
    monkeypatch.delenv("PYENV_ROOT")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path.replace("~", str(tmp_path)))
    assert find_python.find_python() == kept


def test_a_python_without_ensurepip_is_passed_over(find_python, fake_python):
    fake_python("bin/python3.13", "3.13.2", '["ensurepip"]')
    complete = fake_python("bin/python3.12", "3.12.4")
    assert find_python.find_python() == complete


def test_what_is_missing_and_how_to_get_it_is_said(find_python, fake_python):
    fake_python("bin/python3.13", "3.13.2", '["ensurepip"]')
    fake_python("bin/python3", "3.9.2")
    with pytest.raises(find_python.Missing) as missing:
        find_python.find_python()
    text = str(missing.value)
    assert "3.9.2: too old" in text
    assert "sudo apt install python3.13-venv" in text
    assert "winget install" in text


def test_a_python_named_by_the_person_comes_first(find_python, fake_python, monkeypatch):
    fake_python("bin/python3.13", "3.13.2")
    mine = fake_python("opt/my-python", "3.12.0")
    monkeypatch.setenv("PYTHON", mine)
    assert find_python.find_python() == mine


def test_the_probe_tells_version_gaps_and_path(find_python):
    code, output = find_python.capture([sys._base_executable, "-c", find_python.PROBE])
    version, missing, path = json.loads(output)
    assert code == 0
    assert (version, missing) == (list(sys.version_info[:3]), [])
    assert path
