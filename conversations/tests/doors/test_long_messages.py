"""Very long messages: by the piece on pages, whole wherever they leave."""

import re

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner
from conversations.answering.news import TurnBegun
from conversations.models import Message
from conversations.rendering.pieces import LENGTH
from conversations.showing.announcing import question_view
from conversations.showing.article_views import article_view
from conversations.tests.rows import say
from conversations.tests.scripted import never
from conversations.tests.talking import begin

pytestmark = pytest.mark.django_db(transaction=True)

PARAGRAPH = "Some *words* of a paragraph that is like all others.\n\n"
LONG = PARAGRAPH * (3 * LENGTH // len(PARAGRAPH)) + "The very end."
MORE = re.compile(r'href="([^"]*/more/0/\?from=\d+)"')


@pytest.fixture(params=["user", "assistant"])
def message(request, conversation):
    message = say(conversation, request.param, LONG)
    conversation.head = message
    conversation.save()
    return message


async def shown(aclient, url: str, **headers: str) -> str:
    answer = await aclient.get(url, headers=headers)
    assert answer.status_code == 200
    return answer.text


async def test_the_page_shows_the_first_piece_and_a_way_on(message, aclient) -> None:
    html = await shown(aclient, f"/chat/{message.conversation.public_id}/")
    assert html.count("a paragraph that") <= LENGTH / len(PARAGRAPH)
    assert "The very end." not in html
    assert "Show more (" in html


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
async def test_piece_by_piece_the_end_is_reached(message, aclient, headers) -> None:
    html = await shown(aclient, f"/chat/{message.conversation.public_id}/")
    pieces = [html]
    while found := MORE.search(pieces[-1]):
        pieces.append(await shown(aclient, found[1], **headers))
    assert len(pieces) == 3
    assert "The very end." in pieces[-1]
    assert sum(piece.count("a paragraph that is like all others") for piece in pieces) == (
        LONG.count("a paragraph that is like all others")
    )
    assert all(("<html" in piece) is (not headers) for piece in pieces[1:])
    ids = re.findall(r'id="((?:block|part)-[^"]+)"', "".join(pieces))
    assert len(ids) == len(set(ids))


async def test_all_of_it_is_there_as_text(message, aclient) -> None:
    url = f"/chat/{message.conversation.public_id}/{message.public_id}/text/"
    answer = await aclient.get(url)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.text == LONG


async def test_long_thoughts_are_no_part_of_that_text(conversation, aclient) -> None:
    @sync_to_async
    def think() -> None:
        answer = say(conversation, "assistant", "Short")
        answer.parts.create(kind="reasoning", position=1, content=LONG)

    await think()
    html = await shown(aclient, f"/chat/{conversation.public_id}/")
    assert "Show more (" in html
    assert "All of it as text" not in html


async def test_copying_takes_the_whole(message, aclient) -> None:
    html = await shown(aclient, f"/chat/{message.conversation.public_id}/")
    assert f'data-from="/chat/{message.conversation.public_id}/{message.public_id}/text/"' in html


@pytest.mark.parametrize("start", ["", "x", "-5", "999999999", "1" * 30, "1" * 5000])
async def test_where_no_piece_begins_there_is_none(message, aclient, start) -> None:
    url = f"/chat/{message.conversation.public_id}/{message.public_id}/more/0/?from={start}"
    assert (await aclient.get(url)).status_code == 404


async def test_an_export_as_a_page_has_all_of_it(message, aclient) -> None:
    url = "/transfer/export/?format=html"
    answer = await aclient.get(url)
    body = b"".join([piece async for piece in answer.streaming_content])
    assert b"The very end." in body


async def test_a_short_message_has_no_such_link(conversation, aclient) -> None:
    await sync_to_async(say)(conversation, "assistant", "Short")
    assert "/more/" not in await shown(aclient, f"/chat/{conversation.public_id}/")


async def test_a_question_just_sent_is_shown_as_its_rows_are(alice, model) -> None:
    model.does(never())
    turn = await begin(alice, LONG)
    view = question_view(TurnBegun(turn.question, turn.generation, LONG, has_files=False))
    assert view.is_long
    row = await Message.objects.select_related("conversation").aget(pk=turn.question.pk)
    from_rows = await sync_to_async(article_view)(row)
    assert (view.parts, view.plain_text) == (from_rows.parts, from_rows.plain_text)
    assert from_rows.is_long
    await runner.stop(turn.answer)
