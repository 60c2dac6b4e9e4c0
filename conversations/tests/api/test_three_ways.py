"""Page, API and command do the same: the same file out, the same rows in."""

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from conversations.features.exchange.tests.samples import chatgpt
from conversations.models import Conversation, Message, MessagePart
from conversations.tests.doors.test_transfer import at_once, file_of
from conversations.tests.rows import conversation_of, say, turn_in

__all__ = ["at_once"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse"),  # of the client, not the server
]


def by_page(client, name: str) -> bytes:
    return b"".join(client.get("/transfer/export/", {"format": name}))


def by_api(client, name: str) -> bytes:
    return b"".join(client.get("/api/chat/ui/export", {"format": name}))


def by_command(name: str, path: Path) -> bytes:
    call_command("export_conversations", format=name, user="local", output=path)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["own", "markdown", "fine-tuning", "chatgpt"])
def test_the_same_conversations_go_out(alice, client, tmp_path: Path, name) -> None:
    first = conversation_of(alice, title="Heat")
    answer = turn_in(first, "How does it work?", "By moving heat.")
    say(first, "assistant", "Otherwise.", parent=answer.parent)
    turn_in(conversation_of(alice, title="Cold"), "And the other way?", "So, too.")
    page = by_page(client, name)
    assert len(page) > 100
    assert by_api(client, name) == page
    assert by_command(name, tmp_path / name) == page


ROWS = ("role", "status", "model_name", "created_at", "message_metadata")


def rows() -> list[object]:
    """What was brought, but for ids."""
    return [
        list(Conversation.objects.values_list("title", "created_at", "is_archived")),
        list(Message.objects.order_by("id").values_list(*ROWS)),
        list(MessagePart.objects.order_by("id").values_list("kind", "position", "content")),
    ]


def test_the_same_file_comes_in(alice, client, at_once, tmp_path: Path) -> None:
    brought, file = [], [chatgpt()]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(file))
    ways = (
        lambda: client.post("/transfer/import/", {"file": file_of(file)}),
        lambda: client.post("/api/chat/ui/import", {"file": file_of(file)}),
        lambda: call_command("import_conversations", str(path), user="local", stdout=StringIO()),
    )
    for way in ways:
        with suppress(SystemExit):  # the command's code is 0
            way()
        brought.append(rows())
        Conversation.objects.all().delete()
    assert brought[0][1]
    assert brought[0] == brought[1] == brought[2]
