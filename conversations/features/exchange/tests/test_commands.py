import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations.features.exchange.progress import line
from conversations.features.exchange.tests.samples import ONE_OF_EACH, chatgpt, write
from conversations.models import Conversation, ImportRun, PromptProfile
from conversations.tests.rows import conversation_of, profile_of, turn_in

pytestmark = pytest.mark.django_db


def import_file(path, **options) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_conversations", path, stdout=out, stderr=err, **options)
    return ended.value.code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_each_format_twice(alice, tmp_path, name) -> None:
    path = write(tmp_path, ONE_OF_EACH[name])
    code, out, _ = import_file(path)
    assert (code, "1 imported" in out) == (0, True)
    code, out, _ = import_file(path)
    assert (code, "0 imported" in out, "1 unchanged" in out) == (0, True, True)


def test_the_exit_code_says_whether_all_went_in(alice, tmp_path) -> None:
    bad = {**chatgpt(key="b", title="The bad one"), "mapping": None}
    code, out, _ = import_file(write(tmp_path, [chatgpt(), bad]))
    assert code == 1
    assert "failed    The bad one (entry 2): Its messages are missing" in out


def test_an_unreadable_file_is_2_with_a_sentence(alice, tmp_path) -> None:
    code, _, err = import_file(write(tmp_path, b"<html>"))
    assert (code, "This is no JSON" in err) == (2, True)
    with pytest.raises(CommandError, match="There is no file") as raised:
        call_command("import_conversations", tmp_path / "nothing")
    assert raised.value.returncode == 2


def test_a_dry_run_leaves_no_trace(alice, tmp_path) -> None:
    code, out, _ = import_file(write(tmp_path, [chatgpt()]), dry_run=True)
    assert (code, "dry run" in out) == (0, True)
    assert not ImportRun.objects.exists()
    assert not Conversation.objects.exists()


def test_for_somebody_by_name(alice, bob, tmp_path) -> None:
    import_file(write(tmp_path, [chatgpt()]), user="bob")
    assert Conversation.objects.get().owner == bob
    with pytest.raises(CommandError, match="nobody named 'eve'"):
        call_command("import_conversations", write(tmp_path, [chatgpt()]), user="eve")


def test_export_to_standard_output_and_to_a_file(alice, tmp_path, capsysbinary) -> None:
    turn_in(conversation_of(alice), "Hi", "Hello")
    call_command("export_conversations")
    written = capsysbinary.readouterr().out
    call_command("export_conversations", output=tmp_path / "x.jsonl")
    assert (tmp_path / "x.jsonl").read_bytes() == written
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


def test_an_export_that_cannot_be_written_says_so(alice, tmp_path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_conversations", output=tmp_path / "no" / "folder")


def test_profiles_out_and_in(alice, bob, tmp_path, capsysbinary) -> None:
    profile_of(alice, "Pirate", parameters={"temperature": 0.3})
    profile_of(alice, "Cook", is_default=True)
    call_command("export_profiles")
    path = write(tmp_path, capsysbinary.readouterr().out)
    for expected in ("imported", "unchanged"):
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("import_profiles", path, user="bob", stdout=out)
        assert (ended.value.code, out.getvalue().count(expected)) == (0, 2)
    assert PromptProfile.objects.get(owner=bob, name="Pirate").parameters == {"temperature": 0.3}
    assert PromptProfile.objects.get(owner=bob, is_default=True).name == "Cook"


def test_a_profile_of_the_same_name_is_left_alone(alice, bob, tmp_path) -> None:
    profile_of(bob, "Pirate", system_prompt="Mine")
    record = {"record": "prompt_profile", "data": {"name": "Pirate", "system_prompt": "Other"}}
    path = write(tmp_path, json.dumps(record).encode())
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_profiles", path, user="bob", stdout=out)
    assert "skipped" in out.getvalue()
    assert PromptProfile.objects.get().system_prompt == "Mine"


def test_the_progress_line_tells_rate_and_time_left() -> None:
    told = line(0.25, 50 * 1024 * 1024, 1234, 10.0)
    assert told.startswith("██████░")
    assert "25%  1,234 conversations  5.0 MB/s  30 s left" in told
