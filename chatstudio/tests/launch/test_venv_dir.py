import pytest

from chatstudio.tests.launch.conftest import script


@pytest.fixture
def pip_calls(venv_dir, monkeypatch):
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(venv_dir, "pip", lambda *arguments: calls.append(arguments))
    return calls


def test_the_same_lock_is_installed_once(venv_dir, pip_calls):
    venv_dir.install("base")
    venv_dir.install("base")
    assert len(pip_calls) == 1
    assert "--require-hashes" in pip_calls[0]


def test_a_changed_lock_is_installed_again(venv_dir, pip_calls, tmp_path):
    venv_dir.install("base")
    (tmp_path / "requirements" / "base.txt").write_text("django==6.1.4")
    venv_dir.install("base")
    assert len(pip_calls) == 2


def test_another_python_means_installing_again(venv_dir, pip_calls, tmp_path):
    venv_dir.install("base")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.14.0")
    venv_dir.install("base")
    assert len(pip_calls) == 2


def test_a_failed_installation_is_not_remembered(venv_dir, monkeypatch):
    def fail(*arguments):
        raise venv_dir.Missing("no network")

    monkeypatch.setattr(venv_dir, "pip", fail)
    with pytest.raises(venv_dir.Missing):
        venv_dir.install("base")
    assert venv_dir.read_stamps() == {}


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("Failed to establish a new connection\nERROR: No matching distribution", "HTTPS_PROXY"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "mirror"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
    ],
)
def test_a_failure_of_pip_is_told_with_a_way_out(venv_dir, monkeypatch, output, hint):
    monkeypatch.setattr(venv_dir, "capture", lambda command: (1, output))
    with pytest.raises(venv_dir.Missing) as missing:
        venv_dir.pip("-r", "base.txt")
    assert output.splitlines()[-1] in str(missing.value)
    assert hint in str(missing.value)


def test_pip_does_not_compile_what_nobody_imports(venv_dir, monkeypatch):
    commands = []
    monkeypatch.setattr(venv_dir, "capture", lambda command: commands.append(command) or (0, ""))
    venv_dir.pip("-r", "base.txt")
    assert "--no-compile" in commands[0]


def test_what_is_imported_is_compiled_once_for_all(venv_dir, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in script("children").environment()


def test_an_environment_whose_python_is_gone_does_not_work(venv_dir):
    assert not venv_dir.venv_works()


def test_a_folder_that_cannot_be_written_to_is_named(venv_dir, monkeypatch, tmp_path):
    def refuse(dir):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(venv_dir.tempfile, "mkdtemp", refuse)
    with pytest.raises(venv_dir.Missing, match="Permission denied") as missing:
        venv_dir.require_writable()
    assert str(tmp_path) in str(missing.value)
