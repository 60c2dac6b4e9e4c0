"""Requests without a message, when their server goes down or is killed."""

import asyncio
import os

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from conversations import this_host
from conversations.answering import runner
from conversations.answering.processes import interrupt_lost_generations
from conversations.answering.turns.requests import begin
from conversations.api.openai.reading import wanted_of
from conversations.api.openai.running import Answer
from conversations.api.openai.shapes import CompletionBody
from conversations.models import Generation, ServerProcess
from conversations.tests.api.openai.asking import HI, ended
from conversations.tests.scripted import never
from conversations.tests.talking import until
from metrics.catching_up import fill_in
from metrics.models import ChatMetric
from routing.types import Finished, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


async def writing(alice, model, process: ServerProcess | None = None) -> Answer:
    model.does(TextDelta("Half"), never(), Finished("stop"))
    wanted = wanted_of(alice.pk, CompletionBody.model_validate({"model": "echo", "messages": HI}))
    generation = await sync_to_async(begin)(alice, wanted.asked)
    if process:
        await Generation.objects.aupdate(process=process)
    answer = Answer(generation, wanted)
    await until(lambda: answer.live.transcript.text)
    return answer


def process(pid: int) -> ServerProcess:
    return ServerProcess.objects.create(host=this_host.name(), pid=pid, heartbeat_at=timezone.now())


async def test_at_exit_it_is_marked_and_measured(alice, model) -> None:
    await writing(alice, model)
    await sync_to_async(runner.save_at_exit)()
    row = await Generation.objects.select_related("metric").aget()
    assert (row.status, row.finish_reason) == ("interrupted", "interrupted")
    assert (row.metric.owner_id, row.metric.status) == (alice.id, "interrupted")


async def test_that_of_a_killed_process_is_found(alice, model) -> None:
    gone = await sync_to_async(process)(2**22 + 1)
    await writing(alice, model, gone)
    assert await sync_to_async(interrupt_lost_generations)(None) == []
    row = await Generation.objects.select_related("metric").aget()
    assert (row.status, row.metric.finish_reason) == ("interrupted", "interrupted")


async def test_that_of_a_living_process_goes_on(alice, model) -> None:
    here = await sync_to_async(process)(os.getpid())
    await writing(alice, model, here)
    await sync_to_async(interrupt_lost_generations)(None)
    assert (await Generation.objects.aget()).status == "waiting"


async def test_the_heart_of_its_process_beats(alice, model, monkeypatch) -> None:
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.02)
    here = await sync_to_async(process)(os.getpid())
    monkeypatch.setattr(runner.this_process, "row_id", here.pk)
    before = here.heartbeat_at
    answer = await writing(alice, model)
    while (await ServerProcess.objects.aget()).heartbeat_at <= before:
        await asyncio.sleep(0.01)
    answer.leave()
    await ended()


async def test_a_missing_metric_is_made_from_the_receipt(alice, model) -> None:
    answer = await writing(alice, model)
    answer.leave()
    await ended()
    await Generation.objects.aupdate(receipt={"calls": 3})
    await ChatMetric.objects.all().adelete()
    assert await sync_to_async(fill_in)(pause=0) == 1
    assert (await ChatMetric.objects.aget()).tool_calls == 3
