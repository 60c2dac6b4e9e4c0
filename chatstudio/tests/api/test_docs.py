"""The page that describes the API."""

import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.test.client import encode_multipart

from chatstudio.api.described import Document, describe_api, name_of, topic_of
from chatstudio.api.documents import APIS
from chatstudio.api.event_descriptions import describe_events
from chatstudio.api.explained import Door, chapter, shapes_of
from chatstudio.api.samples import command
from chatstudio.api.studio import studio
from chatstudio.api.words import Shapes, field, fields_of, kind, phrase, prose
from chatstudio.tests.api.operations import call, operations, paths
from conversations.api.events import KINDS, NEVER_TOLD, name_of_kind
from routing.types import Event

pytestmark = pytest.mark.django_db

PAGE = "/api/docs"
HERE = "http://here"
FORM = "multipart/form-data; boundary=x"
IN_CAPITALS = re.compile(r"(?<![A-Za-z'])(?:[A-Z]+_)*(?:ID|FILE)\b")


@cache
def doors() -> dict[str, Door]:
    """As the page shows them."""
    chapters = [chapter(api, HERE, with_key=False) for api in APIS]
    return {door.id: door for one in chapters for group in one.groups for door in group.doors}


@pytest.fixture
def page(alice, client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def test_every_door_stands_on_the_page(page) -> None:
    for one in operations():
        assert f'id="{one.told["operationId"]}"' in page
        assert one.path.strip("/").replace("/", "/<wbr>") in page
        assert all(f'<span class="badge">{scope}</span>' in page for scope in one.scopes)


def test_ids_are_there_once_and_every_link_leads_somewhere(page) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("name", KINDS)
def test_every_event_stands_on_the_page(name) -> None:
    told = next(one for one in describe_events(shapes_of(APIS[0])).events if one.name == name)
    assert [field.name for field in told.fields] == list(get_type_hints(KINDS[name]))
    assert told.summary
    assert not told.summary.startswith(
        f"{KINDS[name].__name__}("
    )  # what Python writes where nobody did


def test_the_page_and_the_document_name_every_event(page) -> None:
    document = describe_api(studio, "/api/")["paths"]["/api/chat/ui/send/stream"]["post"]
    told = json.dumps(document["responses"]["200"])
    for member in set(get_args(Event.__value__)) - {NEVER_TOLD}:
        name = name_of_kind(member)
        assert f'id="event-{name}"' in page
        assert f"`{name}`" in told
    assert page.count('href="#events"') == 6  # the contents, and the five doors that can stream


def test_it_has_no_script_or_style_of_its_own(page) -> None:
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == len(re.findall(r"<script (?:defer|type=.module.) src=", page))
    assert not re.findall(r'(?:src|href)="https?://', page)


def test_it_names_this_server(alice, client) -> None:
    shown = client.get(PAGE, HTTP_HOST="127.0.0.1:9000").text
    assert "curl http://127.0.0.1:9000/api/chat/ui/send" in shown


def test_what_is_refused_here_is_a_page(alice, client) -> None:
    answer = client.post(PAGE)
    assert answer.status_code == 405
    assert "json" not in answer["Content-Type"]


def test_a_failing_page_is_a_page(alice, client, monkeypatch) -> None:
    monkeypatch.setattr("chatstudio.api.explained.chapter", lambda *a: 1 / 0)
    client.raise_request_exception = False
    answer = client.get(PAGE)
    assert answer.status_code == 500
    assert "That failed" in answer.text


@pytest.mark.process
def test_pages_load_without_the_librarys_weight() -> None:
    code = (
        "import django, sys; django.setup(); import chatstudio.urls;"
        "print('ninja' in sys.modules or 'chatstudio.api.explained' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "chatstudio.settings"},
    )
    assert done.stdout.strip() == "False"


def test_words_for_types() -> None:
    nullable = {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}
    assert kind(nullable, Shapes()) == "id or null"
    assert kind({"type": "array", "items": {"type": "string"}}, Shapes()) == "list of texts"
    assert kind({"enum": ["up", "down"]}, Shapes()) == "<code>up</code> or <code>down</code>"
    assert kind({"const": True, "type": "boolean"}, Shapes()) == "always <code>true</code>"
    assert kind({}, Shapes()) == "anything"
    named = {"$ref": "#/components/schemas/ToolCallShape"}
    shapes = Shapes(ToolCallShape={"properties": {"id": {}}})
    assert kind(named, shapes) == '<a href="#shape-ToolCallShape">Tool call</a>'


@pytest.mark.parametrize(
    ("schema", "limits", "default"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 2000}, "1 to 2,000 characters", ""),
        ({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
         "at most 9 characters", ""),
        ({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "1 to 200", "50"),
        ({"type": "boolean", "default": False}, "", "false"),
        ({"type": "string", "default": "up"}, "", '"up"'),
        ({"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 3},
         "at most 3 entries, at most 4 characters each", ""),
        ({"type": "number", "exclusiveMinimum": 0}, "more than 0", ""),
    ],
)  # fmt: skip
def test_bounds_and_defaults_in_words(schema, limits, default) -> None:
    made = field("x", schema, False, Shapes())
    assert (made.limits, made.default) == (limits, default)


def test_what_a_document_says_is_text_and_never_html() -> None:
    assert phrase("`a<b` & <script>") == "<code>a&lt;b</code> &amp; &lt;script&gt;"
    assert prose("One\ntwo.\n\nThree.") == "<p>One two.</p><p>Three.</p>"
    assert (
        fields_of({"properties": {"x": {"description": "<b>"}}}, Shapes())[0].about == "&lt;b&gt;"
    )


def curl(path: str, method: str, with_key: bool = False) -> str:
    one = paths()[path][method]
    return command(f"http://here{path}", method.lower(), one.told, one.shapes, with_key)


def test_commands_to_try() -> None:
    assert curl("/api/chat/ui/conversations", "GET") == "curl http://here/api/chat/ui/conversations"
    told = curl("/api/chat/ui/send/stream", "POST", with_key=True).split(" \\\n  ")
    assert told == [
        "curl -N http://here/api/chat/ui/send/stream",
        '-H "Authorization: Bearer $CHAT_STUDIO_KEY"',
        "-H 'Content-Type: application/json'",
        """-d '{"message": "How does a heat pump work?"}'""",
    ]


def sent(told: str, client: Client) -> HttpResponse:
    """What comes back when a person runs this command as it stands."""
    words = shlex.split(told.replace("\\\n", " "))
    given = {word: words[n + 1] for n, word in enumerate(words) if word in ("-X", "-H", "-d", "-F")}
    url = next(word for word in words if word.startswith(HERE)).removeprefix(HERE)
    kind = FORM if "-F" in given else given.get("-H", "").partition("Content-Type: ")[2]
    method = given.get("-X", "POST" if {"-d", "-F"} & set(given) else "GET")
    body = encode_multipart("x", {}).decode() if "-F" in given else given.get("-d", "")
    return call(client, method, url, body, kind)


@pytest.mark.parametrize("one", list(operations()), ids=str)
def test_every_command_that_is_shown_is_taken(one, alice, client) -> None:
    """The method and the kind of body are right, and all is there but for what is in capitals."""
    told = doors()[one.told["operationId"]].command
    answer = sent(told, client)
    assert answer.status_code not in (405, 415, 500), told
    if not IN_CAPITALS.search(told):
        assert answer.status_code not in (400, 422), (told, answer.text)


def test_shapes_with_one_name_are_told_apart() -> None:
    document = Document(studio, "/api/")
    document.schemas, document.renamed, document.topic = {}, {}, "turns"
    document.add_schema_definitions({"Changes": {"title": "a"}})
    document.topic, document.renamed = "prompt_profiles", {}
    document.add_schema_definitions({"Changes": {"title": "b"}, "Same": {"title": "c"}})
    assert document.schemas == {
        "Changes": {"title": "a"},
        "PromptProfilesChanges": {"title": "b"},
        "Same": {"title": "c"},
    }
    assert document._renamed({"$ref": "#/components/schemas/Changes"}) == {
        "$ref": "#/components/schemas/PromptProfilesChanges"
    }


def test_names_of_operations() -> None:
    assert name_of("turns", "send") == "turns_send"
    assert name_of("conversations", "conversations") == "conversations"
    assert name_of("attachments", "change_attachment") == "change_attachment"
    assert name_of("memories", "change_memory") == "change_memory"
    assert name_of("conversation_settings", "settings") == "conversation_settings"
    assert name_of("conversation_settings", "change_settings") == "change_conversation_settings"
    assert name_of("openai_models", "models") == "openai_models"
    assert describe_api(studio, "/api/") is describe_api(studio, "/api/")


@pytest.mark.parametrize(
    ("module", "topic"),
    [
        ("conversations.api.turns", "turns"),
        ("conversations.api.openai.models", "openai_models"),
        ("metrics.api.doors", "metrics"),
        ("chatstudio.mcp.api", "mcp"),
        ("conversations.features.exchange.api", "transfer"),
        ("conversations.features.models_page.api_models", "models"),
    ],
)
def test_topics_of_operations(module, topic) -> None:
    assert topic_of(module) == topic


def test_the_document_is_what_the_page_shows(alice) -> None:
    client = Client(SERVER_NAME="127.0.0.1", HTTP_HOST="localhost")
    assert client.get("/api/openapi.json").json() == describe_api(studio, "/api/")


def test_operations_keep_the_names_that_generated_clients_call_them_by() -> None:
    known = (Path(__file__).parent / "operation_ids.txt").read_text().split()
    paths = describe_api(studio, "/api/")["paths"]
    assert sorted(one["operationId"] for path in paths.values() for one in path.values()) == known
