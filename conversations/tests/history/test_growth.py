"""A turn costs what is sent, however long its conversation is."""

from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from chatstudio.models import User
from conversations.answering import summaries
from conversations.answering.history.request import Prepared, build_request
from conversations.answering.tool_calls import ALLOWED
from conversations.features.files.tests.rows import attached
from conversations.models import Conversation, Generation, HistorySummary, Message
from conversations.receipts import Receipt
from conversations.showing.article_views import notices_of
from conversations.tests.rows import conversation_of, generation_of, long_chain, say
from conversations.tests.talking import talk
from routing.asking import fit_request
from routing.types import HistoryCut, ModelInfo

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW = 150
MODEL = ModelInfo("echo", "echo:", loaded_context_length=WINDOW)
LENGTHS = (20, 2_000, 20_000)


@dataclass
class Cost:
    statements: int = 0
    rows: int = 0
    receipt: int = 0
    sent: int = 0


def asked(conversation: Conversation) -> Message:
    say(conversation, "user", "And now?")
    return say(conversation, "assistant", "", "waiting")


def prepared(answer: Message, model: ModelInfo | None = MODEL) -> Prepared:
    return build_request(answer.conversation, answer, "echo", model)


def cost_of(answer: Message, monkeypatch: pytest.MonkeyPatch) -> Cost:
    """With a receipt of the last answer, as it would be by then."""
    cost = Cost()
    usual = CursorWrapper.__getattr__

    def counting(cursor: CursorWrapper, name: str) -> object:
        found = usual(cursor, name)
        if name not in ("fetchall", "fetchmany"):
            return found

        def fetch(*args: object) -> object:
            rows = found(*args)
            cost.rows += len(rows)
            return rows

        return fetch

    monkeypatch.setattr(CursorWrapper, "__getattr__", counting)
    with CaptureQueriesContext(connection) as statements:
        told = prepared(answer)
    monkeypatch.setattr(CursorWrapper, "__getattr__", usual)
    cost.statements = len(statements)
    cost.receipt = len(str(told.receipt.to_json()).replace(str(told.past.unread), ""))
    cost.sent = len(told.request.messages)
    return cost


def long_conversation(owner: User, length: int) -> Conversation:
    conversation = conversation_of(owner)
    long_chain(conversation, length)
    return Conversation.objects.get(id=conversation.id)


def test_a_turn_costs_the_same_in_conversations_of_any_length(alice, monkeypatch) -> None:
    costs = [cost_of(asked(long_conversation(alice, n)), monkeypatch) for n in LENGTHS]
    assert costs[0].statements == costs[1].statements == costs[2].statements <= 4
    for figure in ("rows", "receipt", "sent"):  # "Words 1999" is longer than "Words 19"
        shown = [getattr(cost, figure) for cost in costs]
        assert 5 < max(shown) <= 1.1 * min(shown), figure


def test_what_fits_takes_three_statements(conversation, monkeypatch) -> None:
    long_chain(conversation, 4)
    assert cost_of(asked(conversation), monkeypatch).statements == 3


def test_what_was_not_read_is_counted_and_named(alice) -> None:
    conversation = long_conversation(alice, 2_000)
    answer = asked(conversation)
    told = prepared(answer)
    cut = fit_request(told.request, WINDOW).cut
    rows = list(conversation.messages.order_by("id").values_list("public_id", flat=True))
    left_out = told.receipt.left_out
    assert cut is not None
    assert cut.messages == 2_002 - 1 - len(fit_request(told.request, WINDOW).request.messages)
    assert (left_out.first, left_out.last) == (str(rows[0]), str(rows[left_out.messages - 1]))
    assert left_out.messages == left_out.unread == cut.unread
    assert told.receipt.messages[0].id == str(rows[left_out.messages])


async def test_a_turn_tells_pages_and_receipt_the_same(alice, model) -> None:
    conversation = await sync_to_async(long_conversation)(alice, 200)
    conversation.parameters = {"num_ctx": WINDOW}
    await conversation.asave()
    ended = await talk(alice, "And now?", conversation)
    receipt = (await Generation.objects.aget(id=ended.id)).read_receipt()
    sent = len(receipt.messages)
    assert receipt.left_out.messages + sent == 201
    assert f"oldest {receipt.left_out.messages} messages were" in "".join(notices_of(receipt))
    assert "ids" not in str(receipt.to_json())


def test_where_the_window_is_not_known_the_last_answers_receipt_tells_it(alice) -> None:
    conversation = long_conversation(alice, 2_000)
    head = conversation.head
    generation_of(head, receipt={"window": {"tokens": WINDOW, "source": "refusal"}})
    told = prepared(asked(conversation), ModelInfo("echo", "echo:", context_length=1_000_000))
    assert WINDOW < len(str(told.request.messages)) / 3.6 < 30 * WINDOW
    assert fit_request(told.request, None).cut == HistoryCut(told.past.unread, 0, told.past.unread)


def test_else_what_the_model_was_trained_for(alice) -> None:
    conversation = long_conversation(alice, 2_000)
    told = prepared(asked(conversation), ModelInfo("echo", "echo:", context_length=WINDOW))
    assert told.past.unread > 1_900


@pytest.mark.parametrize("model", [None, ModelInfo("m", "s")])
def test_else_all_of_it_is_read(alice, model: ModelInfo | None) -> None:
    told = prepared(asked(long_conversation(alice, 500)), model)
    assert (told.past.unread, len(told.request.messages)) == (0, 501)


def test_files_of_questions_that_are_not_read_are_searched_still(alice) -> None:
    conversation = long_conversation(alice, 200)
    first = conversation.messages.order_by("id").first()
    attached(alice, "The walrus is in the cellar.", first, mode="searched", name="old.txt")
    stranger = say(conversation, "user", "Elsewhere", parent=first)
    attached(alice, "Another branch.", stranger, mode="searched", name="strange.txt")
    conversation.head_id = first.id + 199
    told = prepared(asked(conversation))
    assert told.past.unread > 150
    assert "The walrus is in the cellar" in told.request.messages[-1].content
    assert "Another branch" not in told.request.messages[-1].content
    assert len(told.receipt.searched_again) == 1


def test_instructions_at_the_beginning_are_always_sent(alice) -> None:
    conversation = conversation_of(alice)
    system = say(conversation, "system", "Speak Latin.")
    for number in range(60):
        say(conversation, "user" if number % 2 == 0 else "assistant", f"Words {number}")
    other = say(conversation, "system", "Speak Greek.", parent=None)
    Message.objects.filter(id=other.id).update(parent=None, depth=0)
    conversation.head_id = system.id + 60
    told = prepared(asked(conversation))
    assert told.request.messages[0].content == "Speak Latin."
    assert told.past.unread == 62 - 1 - len(told.request.messages) + 1
    assert [entry.turn for entry in told.receipt.messages][:2] == [None, 0]


def test_a_summary_further_up_than_is_read_still_counts(alice) -> None:
    conversation = long_conversation(alice, 400)
    conversation.summarises = True
    fifth = conversation.messages.order_by("id")[4]
    HistorySummary.objects.create(conversation=conversation, upto=fifth, text="They met.")
    told = prepared(asked(conversation))
    assert "They met." in told.request.messages[0].content
    assert told.receipt.summary.messages == 5
    assert told.past.unread == 402 - 5 - 1 - (len(told.request.messages) - 1)


def test_the_current_summary_is_found_without_reading_messages(alice) -> None:
    conversation = long_conversation(alice, 2_000)
    upto = conversation.messages.order_by("-id")[9]
    made = HistorySummary.objects.create(conversation=conversation, upto=upto, text="They met.")
    with CaptureQueriesContext(connection) as statements:
        assert summaries.current_summary(conversation) == made
    assert len(statements) <= 3


def test_old_receipts_are_read_as_they_are() -> None:
    old = Receipt({"left_out": {"messages": 2, "turns": 1, "reason": "window", "ids": ["a", "b"]}})
    assert (old.left_out.messages, old.left_out.first) == (2, "")
    assert old.to_json()["left_out"]["ids"] == ["a", "b"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="each database tells it in its way")
def test_what_is_always_allowed_is_found_without_the_conversations_messages(conversation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {ALLOWED}", [conversation.id])
        plan = [row[-1] for row in cursor.fetchall()]
    assert "tool_call_always" in plan[0]
    assert all("SEARCH" in line for line in plan[1:])
