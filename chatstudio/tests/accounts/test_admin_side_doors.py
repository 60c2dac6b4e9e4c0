"""What people wrote is found by no filter, order or list of suggestions of the administration
either, and what such an address says wrongly is refused, never a failure."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignObjectRel, Model
from django.test import Client

from chatstudio.base.admin_lists import NamedFilters
from chatstudio.models import ApiKey, User
from chatstudio.tests.accounts.conftest import SECRET
from conversations.models import Conversation, DataSource, Memory, Message

pytestmark = pytest.mark.django_db

LOOKUPS = ("", "exact", "startswith", "contains", "icontains", "regex", "in", "isnull", "gt")
ROOMS = sorted(admin.site._registry, key=lambda model: model._meta.label)

# Columns that a list may be filtered by: fixed choices, none of them a person's words.
FILTERED = {
    "chatstudio.User": {"is_active", "awaits_approval", "is_staff"},
    "chatstudio.AuditEntry": {"action"},
    "conversations.PromptProfile": {"is_default"},
}


@pytest.fixture
def browser(carol: User, signed_in) -> Client:
    return signed_in(carol)


def room_of(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


@cache
def paths_of(model: type[Model]) -> list[str]:
    """Each field, and each field of what it leads to, in either direction."""

    def names(one: type[Model]) -> Iterator[tuple[str, Field | ForeignObjectRel]]:
        for field in one._meta.get_fields(include_hidden=True):
            yield field.name, field
            if attname := getattr(field, "attname", None):
                yield attname, field

    found: dict[str, None] = {"pk": None}
    for name, field in names(model):
        found[name] = None
        if field.related_model:
            found |= {f"{name}__{inner}": None for inner, _ in names(field.related_model)}
    return list(found)


def test_every_room_allows_named_filters_alone() -> None:
    rooms = [type(room) for room in admin.site._registry.values()]
    assert [room for room in rooms if not issubclass(room, NamedFilters)] == []
    assert [room for room in rooms if room.date_hierarchy or room.autocomplete_fields] == []


@pytest.mark.parametrize("model", ROOMS, ids=lambda model: model._meta.label)
def test_no_field_is_a_filter_unless_it_is_named(model, rf) -> None:
    room, request = admin.site._registry[model], rf.get(room_of(model))
    allowed = set()
    for path in paths_of(model):
        for lookup in LOOKUPS:
            name = f"{path}__{lookup}" if lookup else path
            if room.lookup_allowed(name, "a", request):
                allowed.add(name)
    columns = FILTERED.get(model._meta.label, set())
    filters = {one.parameter_name for one in room.list_filter if not isinstance(one, str)}
    named = {f"{column}__{lookup}" for column in columns for lookup in ("exact", "isnull")}
    assert allowed <= named | filters


@pytest.mark.parametrize("model", ROOMS, ids=lambda model: model._meta.label)
def test_what_is_no_filter_is_refused_by_the_list(model, browser) -> None:
    room = admin.site._registry[model]
    filters = {one.parameter_name for one in room.list_filter if not isinstance(one, str)}
    for path in [path for path in paths_of(model) if "__" not in path]:
        for lookup in ("startswith", "contains", "regex", "exact"):
            name = f"{path}__{lookup}"
            if name in filters or path in FILTERED.get(model._meta.label, ()):
                continue
            assert browser.get(room_of(model), {name: "x"}).status_code == 400, name


LEADING_TO_WORDS = [
    (Memory, "text__regex", "^what only"),
    (Memory, "text__startswith", "w"),
    (Conversation, "title__startswith", "what"),
    (Conversation, "title", SECRET),
    (Conversation, "parameters__contains", "x"),
    (Conversation, "messages__parts__content__contains", "only"),
    (DataSource, "tables__icontains", "what"),
    (DataSource, "name__regex", "^what"),
    (Message, "parts__content__startswith", "what"),
    (Message, "conversation__title__startswith", "what"),
    (ApiKey, "key_hash__startswith", "a"),
    (User, "password__startswith", "md5"),
    (User, "memories__text__startswith", "what"),
]


@pytest.mark.parametrize(("model", "name", "value"), LEADING_TO_WORDS)
def test_words_are_not_guessed_letter_by_letter(model, name, value, keys, browser) -> None:
    assert browser.get(room_of(model), {name: value}).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "conversations/message/?o=1",  # a list that is not sorted: no way round it
        "conversations/conversation/?o=-1.2",
        "chatstudio/user/?o=" + ".".join(["1"] * 5000),
        "chatstudio/user/?o=-",
        "chatstudio/user/?q=" + "a+" * 3000,
        "chatstudio/user/?q=%00",
        "chatstudio/user/?q=%22",
        "chatstudio/user/?p=99999999999999999999999",
        "chatstudio/user/?p=-1",
        "chatstudio/user/?is_active__exact=x",
        "chatstudio/user/?is_active__isnull=x",
        "chatstudio/user/?e=1",
        "chatstudio/user/?_to_field=password",
        "chatstudio/auditentry/?action__exact=%00",
        "conversations/memory/?on=maybe",
        "conversations/memory/?_to_field=text",
        "conversations/message/?role=%00",
        "conversations/message/?q=%00",
        "conversations/datasource/?kind=%F0%9F",
        "metrics/chatmetric/?days=x",
        "metrics/chatmetric/?model=%00",
        "metrics/chatmetric/?prompt=%00",
        "conversations/promptprofile/?for=x",
        "conversations/conversation/99999999999999999999999/change/",
        "conversations/conversation/x/change/",
        "conversations/memory/what%20only%20Alice%20may%20read/change/?_to_field=text",
        "conversations/memory/99999999999999999999999/content/",
        "chatstudio/user/99999999999999999999999/password/",
        "conversations/promptprofile/99999999999999999999999/versions/",
        "chatstudio/user/99999999999999999999999/history/",
    ],
)
def test_what_an_address_says_wrongly_is_no_failure(address, keys, browser) -> None:
    browser.raise_request_exception = False
    told = browser.get(f"/admin/{address}", follow=True)
    assert told.status_code in (200, 400, 404)
    assert SECRET not in told.text


def test_another_persons_profile_name_is_no_filter(keys, browser) -> None:
    """Told apart would be names that exist from names that do not."""
    there = browser.get("/admin/metrics/chatmetric/", {"prompt": SECRET}).text
    not_there = browser.get("/admin/metrics/chatmetric/", {"prompt": "no such name here"}).text
    assert there.count("<tr>") == not_there.count("<tr>")


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("conversations", "message", "conversation"),
        ("conversations", "memory", "source"),
        ("conversations", "memory", "owner"),
        ("metrics", "chatmetric", "generation"),
        ("conversations", "generation", "message"),
        ("conversations", "generation", "prompt_profile"),
    ],
)
def test_no_list_of_suggestions_names_rows(app, model, field, keys, browser) -> None:
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
    told = browser.get("/admin/autocomplete/", asked)
    assert told.status_code == 404
    assert SECRET not in told.text


ACTIONS = [
    ("chatstudio/user", "activate"),
    ("chatstudio/invitation", "delete_selected"),
    ("metrics/chatmetric", "download_csv"),
    ("conversations/promptprofile", "duplicate_selected"),
    ("conversations/promptprofile", "export_selected"),
    ("conversations/promptprofile", "delete_selected"),
]


@pytest.mark.parametrize(("room", "action"), ACTIONS)
@pytest.mark.parametrize("chosen", ["x", "9" * 30, "1" + "0" * 5000, "\x00"])
def test_an_action_upon_what_is_no_row_is_refused(room, action, chosen, keys, browser) -> None:
    browser.raise_request_exception = False
    form = {"action": action, "index": "0", "_selected_action": [chosen], "select_across": "0"}
    assert browser.post(f"/admin/{room}/", form).status_code == 400


@pytest.mark.parametrize("model", [Conversation, Message, Memory, DataSource])
def test_no_action_takes_or_removes_what_people_wrote(model, keys, browser) -> None:
    room = admin.site._registry[model]
    for action in ("delete_selected", "download_csv", "export_selected"):
        form = {"action": action, "index": "0", "_selected_action": ["1"], "select_across": "1"}
        told = browser.post(room_of(model), form)
        assert SECRET not in told.text
        assert model.objects.exists()
    assert not room.actions


def test_pages_about_a_row_do_not_name_it_by_its_words(keys, browser) -> None:
    for room, row in (
        ("conversation", keys["conversation_row"]),
        ("memory", keys["memory_row"]),
        ("message", keys["message_row"]),
        ("datasource", keys["source_row"]),
    ):
        for page in ("change", "history", "delete"):
            told = browser.get(f"/admin/conversations/{room}/{row}/{page}/")
            assert SECRET not in told.text, (room, page)
        kind = ContentType.objects.get(app_label="conversations", model=room)
        told = browser.get(f"/admin/r/{kind.pk}/{row}/")
        assert told.status_code == 404
        assert SECRET not in told.text
