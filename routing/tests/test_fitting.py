"""Whole turns are left out, the oldest first."""

from dataclasses import replace

import pytest

from routing.asking import estimate_tokens, fit_request, split
from routing.tools.by_prompt import in_words
from routing.types import ChatMessage, ChatRequest, HistoryCut, Parameters, ToolCall

SYSTEM = ChatMessage("system", "Be kind.")
LONG = "word " * 100  # 500 bytes, about 140 tokens


def turn(number: int, text: str = LONG) -> tuple[ChatMessage, ...]:
    return ChatMessage("user", f"{number} {text}"), ChatMessage("assistant", text)


def request(turns: int, **rest) -> ChatRequest:
    past = [message for number in range(turns) for message in turn(number)]
    return ChatRequest("m", (SYSTEM, *past, ChatMessage("user", "And now?")), **rest)


def first_words(sent: ChatRequest) -> list[str]:
    return [m.content.split()[0] for m in sent.messages if m.role == "user"]


def test_thoughts_go_before_anything_that_was_said_or_found() -> None:
    call = ToolCall("c1", "look", {})
    asked = ChatMessage("assistant", "", tool_calls=(call,), thoughts="hm " * 1000)
    result = ChatMessage("tool", LONG, tool_call_id="c1", tool_name="look")
    whole = replace(request(2), messages=(*request(2).messages, asked, result))
    assert fit_request(whole, 10_000).request is whole
    fitted = fit_request(whole, 1500)
    assert fitted.request.messages == tuple(replace(one, thoughts="") for one in whole.messages)
    assert (fitted.cut, fitted.is_shortened) == (None, False)


def test_what_fits_is_sent_whole() -> None:
    whole = request(3)
    assert fit_request(whole, 100_000).request is whole
    assert fit_request(whole, 100_000).cut is None


def test_without_a_known_window_nothing_is_cut() -> None:
    assert fit_request(request(50), None).cut is None


def test_the_oldest_turns_go_first() -> None:
    sent = fit_request(request(10), 1500)
    assert first_words(sent.request)[-1] == "And"
    assert first_words(sent.request)[0] != "0"
    assert estimate_tokens(sent.request) <= 1500


def test_no_more_is_cut_than_needed() -> None:
    sent = fit_request(request(10), 1500)
    assert sent.cut is not None
    one_less = request(10).messages[2 * (sent.cut.turns - 1) + 1 :]
    assert estimate_tokens(ChatRequest("m", (SYSTEM, *one_less))) > 1500 - 1500 // 4


def test_the_system_prompt_always_stays() -> None:
    assert fit_request(request(10), 300).request.messages[0] == SYSTEM


def test_the_last_turn_stays_however_long() -> None:
    sent = fit_request(request(10), 10)
    assert first_words(sent.request) == ["And"]
    assert sent.cut == HistoryCut(messages=20, turns=10)


def test_a_single_turn_is_never_cut() -> None:
    alone = ChatRequest("m", (ChatMessage("user", LONG),))
    assert fit_request(alone, 10) == fit_request(alone, None)


def test_room_is_kept_for_the_answer() -> None:
    size = estimate_tokens(request(4))
    assert fit_request(request(4), size + 5).cut is not None
    assert fit_request(request(4, parameters=Parameters(num_predict=1)), size + 5).cut is None


def test_a_tools_exchange_is_not_torn() -> None:
    call = ToolCall("c1", "get_weather", {"city": "Paris"})
    asked = (
        ChatMessage("user", "Weather? " + LONG),
        ChatMessage("assistant", "", tool_calls=(call,)),
        ChatMessage("tool", "Sunny", tool_call_id="c1", tool_name="get_weather"),
        ChatMessage("assistant", "Sunny."),
    )
    sent = fit_request(ChatRequest("m", (*asked, *turn(1), ChatMessage("user", "Now?"))), 250)
    assert sent.request.messages[0].role == "user"
    assert not any(message.role == "tool" for message in sent.request.messages)


def test_two_messages_without_an_answer_between_are_one_turn() -> None:
    _, turns = split((ChatMessage("user", "One"), ChatMessage("user", "Two")))
    assert len(turns) == 1


@pytest.mark.parametrize(("ratio", "is_cut"), [(1.0, True), (8.0, False)])
def test_the_last_answer_teaches_how_many_bytes_a_token_has(ratio: float, is_cut: bool) -> None:
    sent = fit_request(request(10, bytes_per_token=ratio), 2000)
    assert (sent.cut is not None) == is_cut


def test_characters_count_as_bytes() -> None:
    assert estimate_tokens(ChatRequest("m", (ChatMessage("user", "漢" * 100),))) > estimate_tokens(
        ChatRequest("m", (ChatMessage("user", "a" * 100),))
    )


def test_what_was_never_read_is_left_out_too() -> None:
    some = replace(request(10), unread=70)
    assert fit_request(some, None).cut == fit_request(some, 100_000).cut == HistoryCut(70, 0, 70)
    assert fit_request(some, 10).cut == HistoryCut(messages=90, turns=10, unread=70)


def test_a_question_of_files_alone_begins_a_turn() -> None:
    asked = ChatMessage("user", "File: words", extra=11)
    assert len(split((*turn(0), asked, ChatMessage("assistant", "I see.")))[1]) == 2


def test_a_result_that_is_told_in_words_belongs_to_its_turn() -> None:
    result = ChatMessage("tool", "Sunny", tool_call_id="c1", tool_name="weather")
    told = in_words(ChatRequest("m", (*turn(0), result, ChatMessage("assistant", "Sunny."))), [])
    assert [message.role for message in told.messages] == ["user", "assistant", "user", "assistant"]
    assert len(split(told.messages)[1]) == 1
