"""`read_attachment`, as a model calls it."""

import pytest
from asgiref.sync import sync_to_async

from conversations.features.files.tests.rows import attached, picture
from conversations.features.files.tool import LONGEST
from conversations.tests.rows import conversation_of, say
from routing.tools.base import ToolContext, ToolFailed
from routing.tools.registry import tools_for

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "read_attachment"


@pytest.fixture
def question(conversation):
    return say(conversation, "user", "Hi")


@pytest.fixture
def context(alice, conversation) -> ToolContext:
    return ToolContext(alice.id, conversation.id)


async def read(context: ToolContext, **arguments) -> str:
    tool = (await tools_for(context))[NAME]
    return await tool.run({"name": "notes.txt", **arguments}, context)


async def test_it_is_offered_where_there_is_a_file_to_read(alice, question, context) -> None:
    assert NAME not in await tools_for(context)
    await sync_to_async(picture)(alice, question)
    assert NAME not in await tools_for(context)
    await sync_to_async(attached)(alice, "Words", question)
    assert NAME in await tools_for(context)


async def test_lines_are_read_by_number(alice, question, context) -> None:
    await sync_to_async(attached)(alice, "One\nTwo\nThree\nFour", question)
    assert await read(context, first=2, last=3) == "[lines 2–3 of 4]\nTwo\nThree"


async def test_pages_are_read_by_number(alice, question, context) -> None:
    await sync_to_async(attached)(alice, "One\fTwo\fThree", question)
    assert await read(context, first=3) == "[pages 3–3 of 3]\nThree"


async def test_words_lead_to_the_nearest_passages(alice, question, context) -> None:
    text = "\f".join(["Nothing here. " * 200, "A walrus. " * 50, "Nothing there. " * 400])
    await sync_to_async(attached)(alice, text, question)
    assert "[page 2]\nA walrus." in await read(context, search="walrus")


async def test_more_than_one_call_can_hold_is_cut(alice, question, context) -> None:
    await sync_to_async(attached)(alice, "word\n" * 5000, question)
    told = await read(context)
    assert "cut after" in told
    assert len(told) < LONGEST + 100


@pytest.mark.parametrize("wrong", [{"first": 9}, {"first": 0}, {"first": 2, "last": 1}])
async def test_a_place_that_is_none_is_said(alice, question, context, wrong) -> None:
    await sync_to_async(attached)(alice, "One\nTwo", question)
    with pytest.raises(ToolFailed, match="lines 1 to 2"):
        await read(context, **wrong)


async def test_another_name_is_answered_with_those_there_are(alice, question, context) -> None:
    await sync_to_async(attached)(alice, "Words", question)
    with pytest.raises(ToolFailed, match=r"There are: notes\.txt\."):
        await read(context, name="other.txt")


async def test_files_of_other_people_and_conversations_are_not_there(
    alice, bob, question, context
) -> None:
    await sync_to_async(attached)(alice, "Words", question)
    for owner in (alice, bob):
        other = await sync_to_async(conversation_of)(owner)
        message = await sync_to_async(say)(other, "user", "Hi")
        await sync_to_async(attached)(owner, "SECRET", message, name="secret.txt")
    with pytest.raises(ToolFailed) as failed:
        await read(context, name="secret.txt")
    assert "secret.txt" not in str(failed.value)
