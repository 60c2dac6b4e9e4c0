"""What is said of the models that are at work."""

import pytest

from conversations.models import Status
from conversations.showing.model_use import model_use_everywhere, model_use_here, state_line, use_of
from conversations.tests.rows import conversation_of, generation_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, until
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

ECHO = ("echo", "echo:")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["begun"], "in use"),
        (["prompt"], "in use"),
        (["begun", "queue"], "in use: one answer waits for it"),
        (["begun", "queue", "queue"], "in use: 2 answers wait for it"),
        (["prompt", "queue"], "in use: one answer waits for it"),
        (["loading"], "loading into memory: one answer waits for it"),
        (["begun", "loading"], "in use: one answer waits for it"),
    ],
)
def test_words(states: list[str], words: str) -> None:
    assert use_of(states).words == words


async def test_a_model_is_in_use_while_it_writes(alice, aclient, model) -> None:
    model.does(TextDelta("Hello"), never())
    turn = await begin(alice, model_name="echo", server="echo:")
    await until(lambda: bool(model_use_here()) and model_use_here()[ECHO].words == "in use")
    assert "In use" in (await aclient.get("/models/list/")).text
    assert state_line() == "echo is in use."
    assert "echo is in use." in (await aclient.get("/chat/")).text
    await aclient.post(f"/chat/{turn.conversation.public_id}/{turn.answer.public_id}/stop/")
    await end_of(turn)
    assert model_use_here() == {}
    assert "echo is in use." not in (await aclient.get("/chat/model-state/")).text


async def test_a_conversation_is_not_told_of_its_own_answer(alice, aclient, model) -> None:
    model.does(never())
    turn = await begin(alice, model_name="echo", server="echo:")
    await until(lambda: bool(model_use_here()))
    key = turn.conversation.public_id
    own = (await aclient.get("/chat/model-state/", {"conversation": key})).text
    assert "in use" not in own
    await aclient.post(f"/chat/{key}/{turn.answer.public_id}/stop/")
    await end_of(turn)


def test_of_several_processes_the_rows_are_asked(alice, settings) -> None:
    settings.REDIS_URL = "redis://localhost:6379"
    for status in (Status.GENERATING, Status.WAITING, Status.COMPLETE):
        generation_of(say(conversation_of(alice), "assistant", "", status), model_name="m:1b")
    assert {key: use.waiting for key, use in model_use_everywhere().items()} == {
        ("m:1b", "echo:"): 1
    }
