"""What the models page says of a model, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chatstudio.models import User
from conversations.features.models_page.model_views import (
    abilities,
    facts,
    loaded_words,
    model_view,
    models_page,
    order_view,
)
from conversations.showing.model_use import ModelUse
from conversations.tests.rows import order_of
from routing.errors import ServerUnreachable
from routing.llm.catalogue import Catalogue
from routing.types import ModelInfo

HERE = "http://localhost:11434"


def model(name: str = "m:1b", **fields) -> ModelInfo:
    return ModelInfo(name, HERE, **{"capabilities": frozenset({"completion"}), **fields})


def catalogue(*models: ModelInfo, **fields) -> Catalogue:
    default = models[0] if models else None
    told = {"servers": (HERE,), "manageable": frozenset({HERE}), "default": default, **fields}
    return Catalogue(models, **told)


def person(is_administrator: bool = True, **fields) -> User:
    return User(is_staff=is_administrator, is_superuser=is_administrator, **fields)


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, ""), (4_700_000_000, "4.7 GB"), (98_362_745, "98 MB"), (5, "0 MB")],
)
def test_sizes(size: int | None, words: str) -> None:
    assert next(iter(facts(model(size_bytes=size)))) == words


def test_abilities_in_plain_words_and_an_unknown_one_as_it_is() -> None:
    can = frozenset({"vision", "completion", "levitation"})
    assert abilities(model(capabilities=can)) == "Chats, sees pictures, levitation"
    assert abilities(model(capabilities=None)) == ""


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "Loaded in main memory"),
        (0.4, "Loaded 40 % on the GPU"),
        (1.0, "Loaded on the GPU"),
        (None, "Loaded"),
    ],
)
def test_where_it_is_loaded(share: float | None, words: str) -> None:
    assert loaded_words(model(loaded=True, gpu_share=share)) == words


def test_a_year_far_away_means_until_it_is_unloaded() -> None:
    far = datetime(2319, 3, 4, tzinfo=UTC)
    told = loaded_words(model(loaded=True, expires_at=far, loaded_context_length=4096))
    assert told == "Loaded with room for 4,096 tokens until it is unloaded"


def test_a_time_today_has_no_date() -> None:
    noon = timezone.localtime().replace(hour=12, minute=5)
    assert loaded_words(model(loaded=True, expires_at=noon)) == "Loaded until 12:05"
    later = loaded_words(model(loaded=True, expires_at=noon + timedelta(days=40)))
    assert later.endswith(", 12:05")


def test_what_is_not_loaded_needs_no_words() -> None:
    assert loaded_words(model(loaded=False)) == loaded_words(model(loaded=None)) == ""


def test_a_loaded_one_can_be_unloaded_and_another_loaded() -> None:
    loaded = model_view(model(loaded=True), False, True)
    other = model_view(model(loaded=False), False, True)
    assert (loaded.can_load, loaded.can_unload) == (False, True)
    assert (other.can_load, other.can_unload) == (True, False)


@pytest.mark.parametrize(
    "fields", [{"leaves_machine": True}, {"capabilities": frozenset({"embedding"})}]
)
def test_some_models_are_never_loaded_by_hand(fields) -> None:
    assert not model_view(model(loaded=False, **fields), False, True).can_load


def test_while_it_loads_there_is_nothing_to_load() -> None:
    assert not model_view(model(loaded=False), False, True, ModelUse(is_loading=True)).can_load


def test_without_the_right_there_are_no_orders() -> None:
    page = models_page(person(False), catalogue(model(loaded=True)), [])
    (shown,) = page.servers[0].models
    assert (shown.can_load, shown.can_unload, shown.can_delete) == (False, False, False)
    assert not page.may_manage


def test_a_server_that_takes_no_orders_says_so() -> None:
    page = models_page(person(), catalogue(model(), manageable=frozenset()), [])
    assert "takes no orders" in page.servers[0].note
    assert not page.servers[0].models[0].can_delete


def test_a_server_that_is_away_has_its_sentence() -> None:
    away = Catalogue(errors=(ServerUnreachable(server=HERE),))
    page = models_page(person(), away, [])
    assert "is not answering at" in page.errors[0]
    assert "<code>ollama serve</code>" in page.errors[0]


def test_ones_own_default_is_marked() -> None:
    chosen = person(default_model_name="b:1b", default_server=HERE)
    page = models_page(chosen, catalogue(model("a:1b"), model("b:1b")), [])
    assert [shown.is_default for shown in page.servers[0].models] == [False, True]


def test_loaded_models_come_first() -> None:
    page = models_page(person(), catalogue(model("a:1b"), model("b:1b", loaded=True)), [])
    assert [shown.name for shown in page.servers[0].models] == ["b:1b", "a:1b"]


@pytest.mark.parametrize("wanted", ["b:1", "B:1B uses", "tools"])
def test_what_is_not_looked_for_is_hidden(wanted: str) -> None:
    able = frozenset({"completion", "tools"})
    found = catalogue(model("a:1b"), model("b:1b", capabilities=able))
    page = models_page(person(), found, [], wanted=wanted)
    assert [shown.name for shown in page.servers[0].models if not shown.is_hidden] == ["b:1b"]


def test_a_row_names_what_tells_models_apart() -> None:
    can = frozenset({"completion", "tools", "thinking", "levitation"})
    view = model_view(model(capabilities=can, context_length=131_072), False, True)
    assert [ability.word for ability in view.able] == ["tools", "thinks"]
    assert view.window == "128K"


def test_a_default_that_is_gone_is_said() -> None:
    chosen = person(default_model_name="gone:1b", default_server=HERE)
    note = models_page(chosen, catalogue(model("a:1b")), []).default_note
    assert note.startswith("gone:1b, your model for new chats, is not available now.")
    assert "a:1b takes its place" in note


@pytest.mark.django_db
def test_how_far_a_pull_is() -> None:
    order = order_of(None, completed_bytes=500_000_000, total_bytes=2_000_000_000)
    shown = order_view(order)
    assert (shown.percent, shown.detail) == (25, "500 MB of 2.0 GB")
    assert shown.text == "Fetching llama3.2"


@pytest.mark.django_db
def test_a_failed_one_says_what_to_do_and_its_words_cannot_be_markup() -> None:
    context = {"model_name": "<b>m</b>", "detail": "`<i>`", "reason": ""}
    order = order_of(None, status="failed", error_code="pull_failed", error_context=context)
    shown = order_view(order)
    assert "&lt;b&gt;m&lt;/b&gt; could not be fetched" in shown.text
    assert "<code>&lt;i&gt;</code>" in shown.text
