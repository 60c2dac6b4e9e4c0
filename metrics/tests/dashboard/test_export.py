"""The download: what is filtered, as it is, and harmless in a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from chatstudio.base.spreadsheet import cell
from metrics.dashboard import export
from metrics.tests.made import failed, measured, receipt_of

pytestmark = pytest.mark.django_db(transaction=True)

make, fail = sync_to_async(measured), sync_to_async(failed)


async def told(aclient, **query: str) -> list[dict[str, str]]:
    answer = await aclient.get("/metrics/answers.csv", query)
    assert answer.status_code == 200
    body = b"".join([piece async for piece in answer]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


async def test_each_answer_is_a_row_with_the_servers_numbers(alice, aclient) -> None:
    await make(alice, model_name="llama3:8b", receipt=receipt_of(profile="Pirate"))
    (row,) = await told(aclient)
    assert (row["model_name"], row["prompt_profile"]) == ("llama3:8b", "Pirate")
    assert (row["input_tokens"], row["output_tokens"], row["load_ms"]) == ("100", "200", "50.0")
    assert row["person"] == alice.username


async def test_what_is_not_known_is_empty(alice, aclient) -> None:
    await fail(alice)
    (row,) = await told(aclient)
    assert (row["error_code"], row["output_tokens"]) == ("server_unreachable", "")


async def test_it_is_filtered_as_the_page_is(alice, bob, aclient) -> None:
    await make(alice, model_name="a")
    await make(alice, model_name="b")
    await make(alice, timezone.now() - timedelta(days=20), model_name="b")
    await make(bob, model_name="b")
    assert [row["model_name"] for row in await told(aclient, period="7d", model="b")] == ["b"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_formula_is_text(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    assert cell(evil) == f"'{evil}"


def test_a_number_stays_a_number() -> None:
    assert cell(-3.5) == "-3.5"


async def test_a_formula_for_a_name_is_text_in_the_file(alice, aclient) -> None:
    await make(alice, model_name='=cmd|"/c calc"!A1')
    (row,) = await told(aclient)
    assert row["model_name"] == '\'=cmd|"/c calc"!A1'


async def test_many_come_in_pages_without_a_gap(alice, aclient, monkeypatch) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 3)
    now = timezone.now()
    for number in range(8):  # some of them at the same moment
        await make(alice, now - timedelta(seconds=number // 3), model_name=f"m{number}")
    rows = await told(aclient)
    assert sorted(row["model_name"] for row in rows) == [f"m{number}" for number in range(8)]


async def test_it_is_sent_as_a_file(alice, aclient) -> None:
    answer = await aclient.get("/metrics/answers.csv", {"period": "24h"})
    assert answer.streaming
    assert answer["Content-Disposition"].endswith('"chat-studio-answers-24h.csv"')


async def test_an_odd_question_gets_a_sentence(alice, aclient) -> None:
    answer = await aclient.get("/metrics/answers.csv", {"period": "never"})
    assert answer.status_code == 400
    assert answer.text.startswith("The period is one of: 24h")
