"""When the server goes down, what is being written is kept and marked."""

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner
from conversations.answering.generation import LiveGeneration
from conversations.tests.scripted import never
from conversations.tests.talking import begin, generation, text_of, until
from routing.types import Finished, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


async def writing(alice, model):
    model.does(TextDelta("Half"), never(), Finished("stop"))
    turn = await begin(alice)
    live = LiveGeneration.get(turn.generation.public_id)
    await until(lambda: live.transcript.text)
    return turn


async def test_the_text_is_kept_and_marked(alice, model) -> None:
    turn = await writing(alice, model)
    await sync_to_async(runner.save_at_exit)()
    ended = await generation(turn)
    assert (ended.status, ended.finish_reason) == ("interrupted", "interrupted")
    assert (await text_of(ended.message), ended.message.status) == ("Half", "interrupted")


async def test_one_that_cannot_be_saved_does_not_take_the_others_along(
    alice, model, monkeypatch
) -> None:
    monkeypatch.setattr("conversations.answering.generation.SAVE_ATTEMPTS", 1)
    first, second = await writing(alice, model), await writing(alice, model)
    real = runner.saving.finish_generation

    def save(row, *rest) -> None:
        if row.id == first.generation.id:
            raise OSError
        real(row, *rest)

    monkeypatch.setattr(runner.saving, "finish_generation", save)
    await sync_to_async(runner.save_at_exit)()
    assert (await generation(second)).status == "interrupted"


def test_nothing_runs_nothing_to_save(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        runner.save_at_exit()
