"""The models in the order in which a person looks for one."""

import pytest

from conversations.models import Conversation
from conversations.showing.article_views import Gauge
from conversations.showing.model_choices import short_name, state_of
from conversations.showing.model_picker import model_groups, used_lately
from conversations.showing.model_use import ModelUse
from conversations.tests.rows import conversation_of
from routing.llm.catalogue import Catalogue
from routing.types import ModelInfo

HERE = "http://here"
CHATS = frozenset({"completion"})
NEMO = "hf.co/bartowski/Mistral-Nemo-GGUF:Q4_K_M"


def model(name: str, server: str = HERE, **facts) -> ModelInfo:
    return ModelInfo(name, server, **{"capabilities": CHATS, **facts})


def groups_of(person, *models: ModelInfo, uses=None, servers=(HERE,)) -> dict[str, list[str]]:
    groups = model_groups(person, Catalogue(models, servers=servers), uses or {})
    return {group.title: [row.short_name for row in group.models] for group in groups}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (NEMO, "Mistral-Nemo-GGUF:Q4_K_M"),
        ("llama3.2:latest", "llama3.2"),
        ("meta-llama/llama-3", "meta-llama/llama-3"),
        ("qwen3:7b", "qwen3:7b"),
    ],
)
def test_a_name_as_people_say_it(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("facts", "use", "state"),
    [
        ({"loaded": True}, None, "loaded"),
        ({"loaded": False}, None, "asleep"),
        ({"loaded": False}, ModelUse(is_loading=True), "loading"),
        ({"loaded": False, "leaves_machine": True}, None, "cloud"),
        ({}, None, "unknown"),
    ],
)
def test_what_a_model_does_at_this_moment(facts, use, state: str) -> None:
    assert state_of(model("m", **facts), use) == state


@pytest.mark.django_db
def test_in_memory_first_then_used_lately_then_the_rest(alice) -> None:
    conversation_of(alice, model_name="used", server=HERE)
    conversation_of(alice, model_name="gone", server=HERE)
    conversation_of(alice, model_name="warm", server=HERE)
    found = groups_of(
        alice,
        model("other", loaded=False),
        model("used", loaded=False),
        model("warm", loaded=True),
        model("away", leaves_machine=True),
        model("embeds", capabilities=frozenset({"embedding"})),
        model("begins", loaded=False),
        uses={("begins", HERE): ModelUse(is_loading=True)},
    )
    assert found == {
        "In memory": ["begins", "warm"],
        "Used lately": ["used"],
        "Others": ["other"],
        "Leave this machine": ["away"],
    }


@pytest.mark.django_db
def test_only_what_this_person_used_in_what_is_still_there(alice, bob) -> None:
    conversation_of(bob, model_name="bobs", server=HERE)
    conversation_of(alice, model_name="first", server=HERE)
    conversation_of(alice, model_name="last", server=HERE)
    conversation_of(alice, model_name="first", server=HERE)
    Conversation.objects.filter(model_name="last").update(is_archived=True)
    assert list(used_lately(alice)) == [("first", HERE)]


@pytest.mark.django_db
def test_a_row_says_what_one_chooses_by(alice) -> None:
    able = CHATS | {"tools", "vision", "thinking"}
    one = model(NEMO, size_bytes=7_900_000_000, context_length=131_072, capabilities=able)
    catalogue = Catalogue((one, model("b", "http://there:1")), servers=(HERE, "http://there:1"))
    first, second = model_groups(alice, catalogue, {})[0].models[::-1]
    assert (first.name, first.facts) == (NEMO, "7.9 GB · 128k window · here")
    assert first.abilities == ("sees", "tools", "thinks")
    assert (second.facts, second.abilities) == ("there:1", ())


@pytest.mark.parametrize(
    ("tokens", "words"), [(8192, "8k window"), (128_000, "128k window"), (700, "window of 700")]
)
@pytest.mark.django_db
def test_windows_in_thousands(alice, tokens: int, words: str) -> None:
    catalogue = Catalogue((model("m", context_length=tokens),), servers=(HERE,))
    assert model_groups(alice, catalogue, {})[0].models[0].facts == words


@pytest.mark.parametrize(
    ("used", "percent", "level"),
    [(0, 0, ""), (749, 75, "high"), (744, 74, ""), (950, 95, "full"), (5000, 100, "full")],
)
def test_the_gauge_warns_in_time(used: int, percent: int, level: str) -> None:
    gauge = Gauge(used, 1000)
    assert (gauge.percent, gauge.level) == (percent, level)
