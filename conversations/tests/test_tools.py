"""Tools in an answer: rows in order, a person's decision, what survives a crash."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import approvals, runner, tool_calls, turns
from conversations.answering.history.past import approved_calls, read_messages
from conversations.answering.history.request import build_request
from conversations.answering.processes import interrupt
from conversations.answering.runner import save_at_exit
from conversations.lookup import tool_call_for
from conversations.models import Generation, Memory, Message, MessagePart, ToolCall
from conversations.showing.article_views import article_view
from conversations.tests.calling import MODEL, asks, call
from conversations.tests.rows import conversation_of, turn_in, waiting_call
from conversations.tests.talking import talk
from routing.tools import registry
from routing.tools.base import Risk, Tool
from routing.types import Finished

pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = {"routing_profile": "tools", "tools_enabled": True}


def parts_of(message: Message) -> list[tuple[str, int]]:
    return list(message.parts.order_by("position").values_list("kind", "round"))


async def test_steps_are_kept_in_order_among_text_and_reasoning(
    alice, conversation, caller
) -> None:
    caller.rounds = [asks(call("calculate", expression="2*3"))]
    ended = await talk(alice, "Six?", conversation, **TOOLS)
    assert await sync_to_async(parts_of)(ended.message) == [
        ("reasoning", 0), ("text", 0), ("tool_call", 0), ("text", 1),
    ]  # fmt: skip
    row = await ToolCall.objects.aget()
    assert (row.status, row.result, row.risk) == ("done", "6", "reads")


async def test_the_exchange_is_sent_again_with_the_next_message(
    alice, conversation, caller
) -> None:
    caller.rounds = [asks(call("calculate", expression="2*3"))]
    await talk(alice, "Six?", conversation, **TOOLS)
    await talk(alice, "Sure?", conversation, **TOOLS)
    roles = [message.role for message in caller.asked[-1].messages]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]
    assert caller.asked[-1].messages[2].content == "6"


async def test_with_the_switch_off_no_tool_is_sent(alice, conversation, caller) -> None:
    await talk(alice, "Six?", conversation, routing_profile="tools", tools_enabled=False)
    assert caller.asked[0].tools == ()


async def ask_to_remember(alice, conversation, caller) -> tuple[Generation, ToolCall]:
    caller.rounds = [asks(call("remember", fact="Eats no nuts."))]
    ended = await talk(alice, "Remember it", conversation, **TOOLS)
    return ended, await ToolCall.objects.aget()


async def decided(alice, conversation, row: ToolCall, decision: str, reason: str = "") -> None:
    found = await sync_to_async(tool_call_for)(alice, conversation.public_id, row.public_id)
    await approvals.decide_on_call(alice, found, decision, reason)


async def until_it_ends(message: Message) -> Message:
    for _ in range(6000):
        await message.arefresh_from_db()
        if message.status not in ("waiting", "generating"):
            return message
        await asyncio.sleep(0.01)
    raise AssertionError(message.status)


async def test_what_writes_waits_and_nothing_is_written(alice, conversation, caller) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    assert ended.status == ended.message.status == "awaiting_approval"
    assert row.status == "awaiting_approval"
    assert not await Memory.objects.aexists()


async def test_allowed_it_runs_and_the_answer_goes_on(alice, conversation, caller) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "once")
    message = await until_it_ends(ended.message)
    assert message.status == "complete"
    assert (await Memory.objects.aget()).text == "Eats no nuts."
    assert caller.asked[-1].messages[-1].content == "It is remembered."
    assert await message.generations.acount() == 2


async def test_its_thoughts_go_on_with_it_and_with_no_later_message(
    alice, conversation, caller, monkeypatch
) -> None:
    model = replace(MODEL, capabilities=frozenset({"tools", "thinking"}))
    monkeypatch.setattr("conversations.conftest.MODEL", model)
    ended, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "once")
    await until_it_ends(ended.message)
    assert [one.thoughts for one in caller.asked[-1].messages] == ["", "Hm.", ""]
    await talk(alice, "Sure?", conversation, **TOOLS)
    assert not any(one.thoughts for one in caller.asked[-1].messages)


async def test_a_memory_knows_the_answer_that_proposed_it(alice, conversation, caller) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "once")
    message = await until_it_ends(ended.message)
    assert (await Memory.objects.aget()).source_id == message.id


async def test_a_failure_is_the_calls_error_and_is_told(alice, conversation, caller) -> None:
    caller.rounds = [asks(call("calculate", expression="1/0"))]
    await talk(alice, "Divide", conversation, **TOOLS)
    row = await ToolCall.objects.aget()
    assert (row.status, row.result) == ("failed", "")
    assert row.error.startswith("Error: ")
    assert caller.asked[-1].messages[-1].content == row.error


async def test_declined_the_model_reads_the_reason(alice, conversation, caller) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "denied", "Not my diet.")
    await until_it_ends(ended.message)
    assert not await Memory.objects.aexists()
    assert "declined this call. Not my diet." in caller.asked[-1].messages[-1].content


async def test_an_answer_that_has_only_called_is_sent_too(alice, conversation, caller) -> None:
    caller.rounds = [[call("remember", fact="Eats no nuts."), Finished("stop")]]
    ended = await talk(alice, "Remember it", conversation, **TOOLS)
    await decided(alice, conversation, await ToolCall.objects.aget(), "denied")
    await until_it_ends(ended.message)
    assert [message.role for message in caller.asked[-1].messages] == ["user", "assistant", "tool"]


async def test_allowed_for_the_conversation_it_is_not_asked_again(
    alice, conversation, caller
) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "always")
    await until_it_ends(ended.message)
    caller.rounds = [asks(call("remember", "c2", fact="Likes figs."))]
    await conversation.arefresh_from_db()
    second = await talk(alice, "And figs", conversation, **TOOLS)
    assert second.status == "complete"
    assert await Memory.objects.acount() == 2


async def test_two_calls_wait_for_both_decisions(alice, conversation, caller) -> None:
    caller.rounds = [asks(call("remember", "c1", fact="A"), call("remember", "c2", fact="B"))]
    ended = await talk(alice, "Both", conversation, **TOOLS)
    first, second = [row async for row in ToolCall.objects.order_by("id")]
    await decided(alice, conversation, first, "once")
    await ended.message.arefresh_from_db()
    assert ended.message.status == "awaiting_approval"
    await decided(alice, conversation, second, "denied")
    await until_it_ends(ended.message)
    assert [memory.text async for memory in Memory.objects.all()] == ["A"]


async def test_the_same_decision_from_two_devices_has_one_effect(
    alice, conversation, caller
) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    await asyncio.gather(*(decided(alice, conversation, row, "once") for _ in range(2)))
    await until_it_ends(ended.message)
    assert await Memory.objects.acount() == 1


async def test_another_decision_afterwards_is_refused(alice, conversation, caller) -> None:
    _, row = await ask_to_remember(alice, conversation, caller)
    await decided(alice, conversation, row, "denied")
    with pytest.raises(turns.TurnRefused, match="decided already"):
        await decided(alice, conversation, row, "once")


async def test_days_later_the_rows_alone_are_enough(alice, conversation, caller) -> None:
    ended, row = await ask_to_remember(alice, conversation, caller)
    save_at_exit()  # nothing lives: a restart changes nothing
    await ToolCall.objects.filter(id=row.id).aupdate(started_at=None)
    await decided(alice, conversation, row, "once")
    assert (await until_it_ends(ended.message)).status == "complete"


async def test_a_new_message_waits_for_the_decision(alice, conversation, caller) -> None:
    await ask_to_remember(alice, conversation, caller)
    await conversation.arefresh_from_db()
    with pytest.raises(turns.TurnRefused, match="your decision"):
        await talk(alice, "Hello?", conversation, **TOOLS)


async def test_before_an_effect_the_row_says_that_it_runs(
    alice, conversation, caller, monkeypatch
) -> None:
    seen = []

    async def look(arguments: Mapping[str, Any], context: Any) -> str:
        seen.append(await ToolCall.objects.values_list("status", flat=True).aget())
        return "ok"

    async def source(context: Any) -> list[Tool]:
        return [Tool("effect", "", {"type": "object"}, Risk.WRITES, look)]

    monkeypatch.setattr(registry, "SOURCES", [source])
    monkeypatch.setattr(tool_calls, "allowed_always", lambda _: frozenset({"effect"}))
    caller.rounds = [asks(call("effect"))]
    await talk(alice, "Do it", conversation, **TOOLS)
    assert seen == ["running"]


async def test_an_effect_that_was_running_at_a_crash_is_asked_about_again(
    alice, conversation
) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "", "generating")
    row = await sync_to_async(waiting_call)(answer, status="running", decision="once")
    ended = await Generation.objects.select_related("message__conversation").aget()
    await sync_to_async(interrupt)(ended)
    await row.arefresh_from_db()
    await answer.arefresh_from_db()
    assert (row.status, row.decision) == ("awaiting_approval", None)
    assert answer.status == "awaiting_approval"


async def test_the_model_finds_what_was_said_elsewhere(alice, bob, conversation, caller) -> None:
    await sync_to_async(turn_in)(conversation, "How do heat pumps work?", "They move heat.")
    await sync_to_async(turn_in)(await sync_to_async(conversation_of)(bob), "pumps", "Bob's")
    caller.rounds = [asks(call("search_conversations", query="pumps"))]
    await talk(alice, "What did I ask?", None, **TOOLS)
    told = (await ToolCall.objects.aget()).result
    assert "How do heat pumps work?" in told
    assert "Bob" not in told


async def test_a_reading_call_at_a_crash_has_failed(alice, conversation) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "", "generating")
    row = await sync_to_async(waiting_call)(answer, status="running", risk="reads")
    await sync_to_async(interrupt)(
        await Generation.objects.select_related("message__conversation").aget()
    )
    await row.arefresh_from_db()
    await answer.arefresh_from_db()
    assert (row.status, answer.status) == ("failed", "interrupted")
    assert "whether it was done is not known" in row.error


def test_half_an_exchange_is_not_sent(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Let me see.")
    waiting_call(answer)
    sent = build_request(conversation, answer, "echo").request.messages
    assert not any(message.tool_calls for message in sent)


def test_a_call_is_shown_with_its_state_and_its_arguments(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Let me see.")
    waiting_call(answer, "Vienna")
    view = article_view(Message.objects.get(id=answer.id)).parts[-1].call
    assert view is not None
    assert view.waits
    assert "Vienna" in view.arguments
    assert view.risk.startswith("It would change")


def test_a_message_of_parts_keeps_their_constraint(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Let me see.")
    waiting_call(answer)
    kinds = MessagePart.objects.filter(tool_call__isnull=False).values_list("kind", flat=True)
    assert set(kinds) == {"tool_call"}


async def test_a_stopped_call_is_not_run_again_by_continuing(
    alice, conversation, caller, monkeypatch
) -> None:
    began = asyncio.Event()

    async def slow(arguments: Mapping[str, Any], context: Any) -> str:
        began.set()
        await asyncio.sleep(30)
        return "done"

    async def source(context: Any) -> list[Tool]:
        return [Tool("effect", "", {"type": "object"}, Risk.WRITES, slow)]

    monkeypatch.setattr(registry, "SOURCES", [source])
    caller.rounds = [asks(call("effect"))]
    ended = await talk(alice, "Do it", conversation, **TOOLS)
    row = await ToolCall.objects.aget()
    await decided(alice, conversation, row, "once")
    await began.wait()
    await runner.stop(ended.message)
    message = await until_it_ends(ended.message)
    await row.arefresh_from_db()
    assert (message.status, row.status) == ("stopped", "failed")
    (*_, read) = await sync_to_async(read_messages)(message.id)
    assert approved_calls(read) == []


def test_a_call_that_never_began_says_so(conversation) -> None:
    answer = turn_in(conversation, "Hi", "", "failed")
    row = waiting_call(answer, status="running", decision="once")
    tool_calls.settle(answer.id)
    row.refresh_from_db()
    assert (row.status, row.result) == ("failed", "")
    assert row.error == "Error: It was not made: the answer ended before."


async def test_a_decision_waits_until_the_other_tools_have_ended(alice, conversation) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "", "generating")
    row = await sync_to_async(waiting_call)(answer)
    with pytest.raises(turns.TurnRefused, match="still run"):
        await decided(alice, conversation, row, "once")
