"""A rolling summary of what no longer fits."""

from collections.abc import AsyncGenerator

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import summaries
from conversations.answering.course import Course
from conversations.answering.history.past import read_messages
from conversations.answering.history.request import Prepared, build_request
from conversations.models import Generation, HistorySummary, Message
from conversations.showing.article_views import notices_of
from conversations.showing.receipt_views import receipt_view
from conversations.tests.rows import generation_of, say, turn_in
from conversations.tests.test_receipts import facts_of
from routing.asking import weigh
from routing.errors import ServerBusy
from routing.llm.echo import EchoProvider
from routing.strategies.base import Choose
from routing.types import ChatRequest, Chosen, Event, Finished, ModelInfo, Parameters, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "word " * 100


class Summariser(EchoProvider):
    def __init__(self, fails: bool = False) -> None:
        self.asked: list[ChatRequest] = []
        self.fails = fails

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        if self.fails:
            raise ServerBusy(server="echo:")
        yield TextDelta(f"They talked of {len(self.asked)}.")
        yield Finished("stop")


def choosing(provider: EchoProvider, window: int | None = 1200) -> Choose:
    async def choose() -> Chosen:
        return Chosen(ModelInfo("echo", "echo:", loaded_context_length=window), provider)

    return choose


@pytest.fixture
def long_conversation(conversation):
    conversation.summarises = True
    conversation.save()
    for number in range(10):
        turn_in(conversation, f"Question {number} {LONG}", f"Answer {number} {LONG}")
    return conversation


def asked(conversation) -> Message:
    say(conversation, "user", "And now?")
    return say(conversation, "assistant", "", "waiting")


async def kept_up(conversation, provider, course=None, window=1200) -> Prepared:
    answer = await sync_to_async(asked)(conversation)
    generation = await sync_to_async(generation_of)(answer)
    choose = choosing(provider, window)
    model = (await choose()).model
    prepared = await sync_to_async(build_request)(conversation, answer, "echo", model)
    return await summaries.keep_summary_up_to_date(prepared, generation, choose, course or Course())


async def test_it_stands_instead_of_the_oldest_turns(long_conversation) -> None:
    prepared = await kept_up(long_conversation, Summariser())
    system = prepared.request.messages[0]
    assert system.role == "system"
    assert "They talked of" in system.content
    assert "Question 0" not in str(prepared.request.messages)
    assert "Question 9" in str(prepared.request.messages)


async def test_there_is_room_for_the_next_turns_too(long_conversation) -> None:
    await kept_up(long_conversation, Summariser())
    second = Summariser()
    await kept_up(long_conversation, second)
    assert second.asked == []


async def test_a_later_one_is_made_from_the_earlier_one(long_conversation) -> None:
    await kept_up(long_conversation, Summariser())
    for number in range(10, 16):
        await sync_to_async(turn_in)(long_conversation, f"Question {number} {LONG}", LONG)
    second = Summariser()
    await kept_up(long_conversation, second)
    assert "Summary so far: They talked of" in second.asked[0].messages[1].content
    assert "Question 0" not in str(second.asked)


async def test_the_options_that_reload_a_model_stay_the_same(long_conversation) -> None:
    long_conversation.parameters = {"num_ctx": 1300, "keep_alive": "10m", "temperature": 1.5}
    provider = Summariser()
    await kept_up(long_conversation, provider)
    parameters = provider.asked[0].parameters
    assert (parameters.num_ctx, parameters.keep_alive) == (1300, "10m")
    assert parameters.temperature == 0.2


async def test_what_fits_is_not_summarised(conversation) -> None:
    conversation.summarises = True
    await sync_to_async(turn_in)(conversation, "Hi", "Hello")
    provider = Summariser()
    await kept_up(conversation, provider)
    assert provider.asked == []


async def test_without_a_known_window_nothing_is_summarised(long_conversation) -> None:
    provider = Summariser()
    await kept_up(long_conversation, provider, window=None)
    assert provider.asked == []


async def test_a_failure_is_said_and_leaves_the_request_as_it_was(long_conversation) -> None:
    course = Course()
    prepared = await kept_up(long_conversation, Summariser(fails=True), course)
    assert course.notices == ["summary_failed"]
    assert prepared.request.messages[0].role == "user"
    assert prepared.request.unread == prepared.receipt.left_out.messages == 14


async def test_a_correction_by_the_person_is_what_is_sent(long_conversation) -> None:
    await kept_up(long_conversation, Summariser())
    await HistorySummary.objects.aupdate(text="They talked of boats.", is_edited=True)
    prepared = await kept_up(long_conversation, Summariser())
    assert "boats" in prepared.request.messages[0].content


async def test_the_receipt_names_it_by_hash(long_conversation) -> None:
    prepared = await kept_up(long_conversation, Summariser())
    assert prepared.receipt.summary.bytes > 5
    assert "They talked" not in str(prepared.receipt)


async def test_the_receipt_counts_the_messages_that_it_stands_for(long_conversation) -> None:
    summary = (await kept_up(long_conversation, Summariser())).receipt.summary
    oldest = [str(row.public_id) async for row in Message.objects.order_by("id")]
    assert summary.messages > 2
    assert oldest[summary.messages - 1] == summary.upto


async def test_the_answer_and_its_receipt_say_so(long_conversation) -> None:
    receipt = (await kept_up(long_conversation, Summariser())).receipt
    count = receipt.summary.messages
    assert f"{count} earlier messages were sent as a summary." in notices_of(receipt)
    generation = await Generation.objects.alatest("id")
    facts = facts_of(await sync_to_async(receipt_view)(generation))
    assert facts["Sent as a summary"] == f"{count} earlier messages"


async def test_another_branch_has_none(long_conversation) -> None:
    await kept_up(long_conversation, Summariser())
    first = await Message.objects.filter(conversation=long_conversation).order_by("id").afirst()
    assert first is not None
    long_conversation.head = None
    await sync_to_async(say)(long_conversation, "user", "From the beginning")
    assert await sync_to_async(summaries.current_summary)(long_conversation) is None


def test_long_lines_are_cut_into_pieces(conversation) -> None:
    row = say(conversation, "user", "漢" * 5000)
    found = [*summaries.split_into_pieces(read_messages(row.id), 2000)]
    assert len(found) > 5
    assert all(len(piece.encode()) <= 2400 for piece in found)


def test_pieces_of_numbers_are_shorter(conversation) -> None:
    row = say(conversation, "user", "17.53,4821\n" * 2000)
    found = [*summaries.split_into_pieces(read_messages(row.id), 2000)]
    assert all(weigh(piece) <= 2400 for piece in found)


async def test_a_summary_is_made_with_parameters_of_its_own() -> None:
    assert summaries._parameters(Parameters(thinking=True)).thinking is False
