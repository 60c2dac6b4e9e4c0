"""Answers with tools through the page: calls in the text, calls made twice, a full window."""

import random
import re
from collections.abc import AsyncGenerator

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner
from conversations.features.files.tests.rows import attached
from conversations.models import Generation, Memory, Message, ToolCall
from conversations.tests.calling import asks, call
from conversations.tests.talking import until
from routing.errors import ContextExceeded
from routing.tools import calling
from routing.types import ChatRequest, Event, Finished, TextDelta, Usage

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW = 4096
CALL = '{"name": "calculate", "arguments": {"expression": "17 * 23"}}'
NUMBERS = random.Random(1)
CSV = "\n".join(",".join(f"{NUMBERS.random():.6f}" for _ in range(8)) for _ in range(5000))


def tokens_of(request: ChatRequest) -> int:
    """As a tokenizer that makes one token of each digit and each sign."""
    texts = [*(message.content for message in request.messages), str(request.tools or "")]
    return sum(len(re.findall(r"\d|[^\W\d]{1,5}|[^\w\s]", text)) for text in texts)


@pytest.fixture
def narrow(caller):
    """The model holds so many tokens, and counts them."""
    inner = caller.chat

    async def chat(request: ChatRequest) -> AsyncGenerator[Event]:
        if (tokens := tokens_of(request)) > WINDOW:
            numbers = {"prompt_tokens": tokens, "context_length": WINDOW}
            raise ContextExceeded(model_name="echo", **numbers)
        async for event in inner(request):
            is_end = isinstance(event, Finished)
            yield Finished(event.finish_reason, Usage(tokens, 5)) if is_end else event

    caller.chat = chat
    return caller


async def ask(aclient, text: str, **form: str) -> str:
    """The page when the answer has ended."""
    wanted = {"text": text, "routing_profile": "tools", "tools": "1", **form}
    url = (await aclient.post("/chat/send/", wanted)).url
    await until(lambda: not runner.rows_of_live)
    return (await aclient.get(url)).text


async def test_a_call_in_the_text_runs_and_is_not_on_the_page(aclient, caller) -> None:
    caller.rounds = [
        [TextDelta('{"name": "calc'), TextDelta(CALL[14:]), Finished("stop")],
        [TextDelta("It is 391."), Finished("stop")],
    ]
    page = await ask(aclient, "17 * 23?")
    row = await ToolCall.objects.aget()
    assert (row.name, row.status, row.result) == ("calculate", "done", "391")
    assert "It is 391." in page
    assert "&quot;arguments&quot;" not in page
    answer = await Message.objects.aget(role="assistant")
    kinds = [part.kind async for part in answer.parts.order_by("position")]
    assert kinds == ["tool_call", "text"]


async def test_with_always_a_memory_is_stored_once_in_an_answer(alice, aclient, caller) -> None:
    caller.rounds = [asks(call("remember", str(n), fact="Eats no nuts.")) for n in range(2)]
    await ask(aclient, "Remember it")
    first = await ToolCall.objects.aget()
    message = await Message.objects.select_related("conversation").afirst()
    path = f"/chat/{message.conversation.public_id}"
    caller.rounds = [asks(call("remember", str(n), fact="Eats no nuts.")) for n in range(9)]
    await aclient.post(f"{path}/calls/{first.public_id}/", {"decision": "always"})
    await until(lambda: not runner.rows_of_live)
    assert await Memory.objects.acount() == 1
    assert (await Generation.objects.alatest("id")).finish_reason == "tool_limit"
    rows = [row async for row in ToolCall.objects.order_by("id")]
    assert {row.status for row in rows} == {"done"}
    assert all("not made again" in row.result for row in rows[1:])


async def test_a_result_that_fills_the_window_is_sent_shortened(
    aclient, narrow, monkeypatch
) -> None:
    monkeypatch.setattr(calling, "shorten_result", lambda result: "9" * 9000)
    narrow.rounds = [asks(call("calculate", expression=text)) for text in ("9**9", "9**8")]
    page = await ask(aclient, "How much is that?")
    assert "Done." in page
    assert page.count("were shortened") == 1
    assert (await Generation.objects.aget()).finish_reason == "stop"


async def test_what_the_tools_have_added_is_not_the_persons_fault(
    aclient, narrow, monkeypatch
) -> None:
    monkeypatch.setattr("routing.asking.SHORTEST_EXTRA", 90_000)
    monkeypatch.setattr(calling, "shorten_result", lambda result: "9" * 9000)
    narrow.rounds = [asks(call("calculate", expression="9**9"))]
    page = await ask(aclient, "How much is that?")
    assert "What the tools are and have told is more than" in page
    assert "Your last message" not in page


async def test_a_table_of_numbers_is_searched_within_the_window(alice, aclient, narrow) -> None:
    row = await sync_to_async(attached)(alice, CSV, name="numbers.csv", mode="searched")
    page = await ask(aclient, "What is in the 17th row?", attachment=str(row.public_id))
    assert "Done." in page
    assert (await Generation.objects.aget()).status == "complete"


async def test_two_wrong_calls_do_not_end_the_answer(aclient, caller) -> None:
    caller.rounds = [
        asks(call("calculate", "c1", sum="2*3"), call("calculate", "c2", formula="2*3")),
        asks(call("calculate", "c3", sum="2*3", formula="2*3")),
    ]
    page = await ask(aclient, "Six?")
    assert "Done." in page
    rows = [row async for row in ToolCall.objects.order_by("id")]
    assert [row.status for row in rows] == ["failed"] * 3
    assert all("The arguments of calculate are: expression." in row.error for row in rows)
