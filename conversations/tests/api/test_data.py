"""A person's data, for programs."""

import asyncio
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.answering.runner import rows_of_live
from conversations.features.data import registering
from conversations.features.data.tests.conftest import SALES, registered
from conversations.models import DataSource, Generation
from conversations.models.configured_sources import configured_sources
from conversations.tests.scripted import never
from conversations.tests.talking import counted, until
from routing.errors import ServerBusy
from routing.types import Finished, TextDelta, Usage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

DATA = "/api/chat/ui/data"
JSON = "application/json"
BY_REGION = "SELECT region, sum(amount) AS total FROM sales GROUP BY region ORDER BY region"


async def add(aclient, content: str | bytes = SALES, name: str = "sales.csv", **more):
    data = content.encode() if isinstance(content, str) else content
    answer = await aclient.post(DATA, {"file": SimpleUploadedFile(name, data), **more})
    await all_read()
    return answer


async def all_read() -> None:
    for task in list(registering._running):
        await task


async def query(aclient, source: DataSource, sql, **more):
    body = {"sql": sql, **more}
    return await aclient.post(f"{DATA}/{source.public_id}/query", body, content_type=JSON)


def fields(answer, status: int = 422) -> dict[str, list[str]]:
    assert answer.status_code == status, answer.text
    return answer.json()["error"]["fields"]


async def test_a_file_is_registered_and_read(alice, aclient) -> None:
    answer = await add(aclient)
    first = answer.json()["source"]
    assert (answer.status_code, first["name"], first["status"]) == (200, "sales", "reading")
    (listed,) = (await aclient.get(DATA)).json()["sources"]
    assert (listed["status"], listed["rows"], listed["kind"]) == ("ready", 3, "csv")
    names = [column["name"] for column in listed["tables"][0]["columns"]]
    assert names == ["day", "region", "amount"]
    one = (await aclient.get(f"{DATA}/{first['id']}")).json()["source"]
    assert one["tables"][0]["sample"][0] == ["2024-01-01", "north", 10.5]


async def test_a_file_is_read_again_in_another_encoding(alice, aclient) -> None:
    content = "id,имя\n1,МИР\n1\n".encode("koi8_r")
    place = f"{DATA}/{(await add(aclient, content)).json()['source']['id']}"
    again = await aclient.patch(place, {"encoding": "cp1251"}, content_type=JSON)
    assert again.json()["source"]["status"] == "reading"
    await all_read()
    source = (await aclient.get(place)).json()["source"]
    assert (source["status"], source["encoding"]) == ("ready", "cp1251")
    assert source["notes"] == ["1 row has fewer than 2 columns; what is missing is empty."]
    wrong = await aclient.patch(place, {"encoding": "nonsense"}, content_type=JSON)
    assert fields(wrong) == {"encoding": ["Choose one of the encodings."]}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [("hello", "letter.docx", "Only CSV"), ("", "empty.csv", "empty")],
)
async def test_what_is_no_data_is_refused(alice, aclient, content, name, words) -> None:
    assert words in fields(await add(aclient, content, name))["file"][0]
    assert not await DataSource.objects.aexists()


async def test_a_form_without_a_file_or_with_two(alice, aclient) -> None:
    assert fields(await aclient.post(DATA, {"x": "1"}))["file"] == ["Choose a file first."]
    other = SimpleUploadedFile("b.csv", b"a\n1\n")
    assert "one file" in fields(await add(aclient, other=other))["file"][0]
    assert not await DataSource.objects.aexists()


async def test_a_file_that_is_too_large(alice, aclient, settings) -> None:
    settings.DATA_FILE_MAX_MB = 0
    assert "too large" in fields(await add(aclient))["file"][0]


async def test_json_is_no_file(alice, aclient) -> None:
    answer = await aclient.post(DATA, {"file": "x"}, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


async def test_a_broken_file_says_where(alice, aclient) -> None:
    await add(aclient, 'a,b\n1,2\n1,"2\n')
    (listed,) = (await aclient.get(DATA)).json()["sources"]
    assert (listed["status"], "Row 3, column 2" in listed["problem"]) == ("failed", True)


async def test_a_query_is_answered(alice, aclient) -> None:
    told = (await query(aclient, await registered(alice), BY_REGION)).json()
    assert [column["name"] for column in told["columns"]] == ["region", "total"]
    assert [column["kind"] for column in told["columns"]] == ["text", "number"]
    assert told["rows"] == [["north", 10.5], ["south", 20.0]]
    assert told["truncated"] is False
    assert told["ms"] >= 0


async def test_a_result_can_be_sorted(alice, aclient) -> None:
    told = (await query(aclient, await registered(alice), BY_REGION, order=-2)).json()
    assert [row[0] for row in told["rows"]] == ["south", "north"]


async def test_values_keep_their_types(alice, aclient) -> None:
    sql = (
        "SELECT 9223372036854775807, 170141183460469231731687303715884105727, 0.1::DECIMAL(3,1), "
        "12345678901234567890.123::DECIMAL(23,3), DATE '2024-02-29', true, NULL, 'é', "
        "'nan'::DOUBLE"
    )
    answer = await query(aclient, await registered(alice), sql)
    assert answer.json()["rows"] == [
        [
            *(2**63 - 1, str(2**127 - 1), 0.1),
            *("12345678901234567890.123", "2024-02-29", True, None, "é", "nan"),
        ]
    ]


async def test_a_long_result_is_truncated(alice, aclient) -> None:
    told = (await query(aclient, await registered(alice), "SELECT * FROM range(5000)")).json()
    assert (len(told["rows"]), told["truncated"]) == (1000, True)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT nope FROM sales", 'Referenced column "nope" not found'),
        ("DELETE FROM sales", "Only SELECT is allowed here"),
        ("SELECT 1; SELECT 2", "one"),
        ("", "at least 1 character"),
        ("   ", "SELECT"),
        ("SELECT 1" + " " * 5_000, "at most 4000"),
        (7, "string"),
    ],
)
async def test_what_is_refused_is_said_at_sql(alice, aclient, sql, words) -> None:
    answer = await query(aclient, await registered(alice), sql)
    assert words in fields(answer)["sql"][0]


@pytest.mark.parametrize("order", [2**70, "up"])
async def test_an_order_that_is_none(alice, aclient, order) -> None:
    answer = await query(aclient, await registered(alice), "SELECT 1", order=order)
    assert list(fields(answer)) == ["order"]


async def test_what_is_not_read_yet_is_a_conflict(alice, aclient) -> None:
    source = await DataSource.objects.acreate(owner=alice, name="x", kind="csv")
    answer = await query(aclient, source, "SELECT 1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "source_unavailable")


async def test_a_question_becomes_sql_with_its_answer(alice, aclient, model) -> None:
    model.does(TextDelta(BY_REGION), Finished("stop"))
    source = await registered(alice)
    address = f"{DATA}/{source.public_id}/ask"
    told = (await aclient.post(address, {"question": "How?"}, content_type=JSON)).json()
    assert (told["sql"], told["rows"][1]) == (BY_REGION, ["south", 20.0])


async def test_what_a_model_writes_counts_and_is_measured(alice, aclient, bearer, model) -> None:
    model.does(TextDelta("```sql\nSELECT 1\n```"), Finished("stop", Usage(30, 4)))
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    headers = await sync_to_async(bearer)(alice, "chat")
    body = {"question": "How?"}
    answer = await aclient.post(address, body, content_type=JSON, headers=headers)
    assert (answer.status_code, answer.json()["sql"]) == (200, "SELECT 1")
    await counted()
    row = await Generation.objects.select_related("metric", "api_key").aget()
    assert (row.owner_id, row.message_id, row.cause) == (alice.pk, None, "request")
    assert (row.status, row.strategy, row.model_name, row.server) == (
        *("complete", "direct", "echo"),
        "echo:",
    )
    assert row.api_key.owner_id == alice.pk
    assert (row.metric.owner_id, row.metric.output_tokens) == (alice.pk, 4)
    assert model.requests[0].parameters.temperature == 0


async def test_more_queries_at_once_than_may_wait(alice, aclient, monkeypatch) -> None:
    source = await registered(alice)
    monkeypatch.setattr("routing.data.places.FOR_A_PERSON", 0)
    monkeypatch.setattr("routing.data.places.WAITING_FOR_A_PERSON", 0)
    for address, body in (("query", {"sql": "SELECT 1"}), ("csv", None)):
        path = f"{DATA}/{source.public_id}/{address}"
        if body:
            answer = await aclient.post(path, body, content_type=JSON)
        else:
            answer = await aclient.get(path, {"sql": "SELECT 1"})
        assert (answer.status_code, answer["Retry-After"]) == (429, "5")
        assert answer.json()["error"]["code"] == "too_many_queries"
    page = await aclient.get(f"/data/{source.public_id}/", {"sql": "SELECT 1"})
    assert (page.status_code, page["Retry-After"]) == (429, "5")
    assert "Wait for one of them" in page.text


async def test_more_questions_than_may_be_asked(alice, aclient, settings, model) -> None:
    settings.TURNS_PER_MINUTE = 1
    model.does(TextDelta("SELECT 1"), Finished("stop"))
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    statuses = []
    for _ in range(2):
        answer = await aclient.post(address, {"question": "How?"}, content_type=JSON)
        statuses.append(answer.status_code)
    assert statuses == [200, 429]
    assert int(answer["Retry-After"]) > 0
    assert "1 answers a minute" in answer.json()["error"]["message"]
    assert await Generation.objects.acount() == 1


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (ServerBusy(server="echo:"), 503, "server_busy"),
        (Finished("ended_early"), 422, "no_sql_written"),
        (Finished("stop"), 422, "no_sql_written"),
    ],
)
async def test_a_model_that_fails_is_measured_too(alice, aclient, model, end, status, code) -> None:
    model.does(*([TextDelta("SELECT 1")] if end != Finished("stop") else []), end)
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    answer = await aclient.post(address, {"question": "How?"}, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    await counted()
    row = await Generation.objects.select_related("metric").aget()
    assert row.metric.status == row.status != "waiting"


async def test_who_goes_away_stops_the_model(alice, aclient, model) -> None:
    model.does(TextDelta("SELECT"), never(), Finished("stop"))
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    asked = asyncio.create_task(aclient.post(address, {"question": "How?"}, content_type=JSON))
    await until(lambda: any(live.transcript.text for live in rows_of_live))
    asked.cancel()
    await until(lambda: not rows_of_live)
    row = await Generation.objects.aget()
    assert (row.status, row.finish_reason, model.closed) == ("stopped", "cancelled", 1)


async def test_sql_of_a_model_that_is_wrong_is_shown(alice, aclient, model) -> None:
    model.does(TextDelta("SELECT nope"), Finished("stop"))
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    answer = await aclient.post(address, {"question": "How?"}, content_type=JSON)
    assert "nope" in fields(answer)["question"][0]
    assert answer.json()["sql"] == "SELECT nope"


async def test_a_writer_that_is_not_there_is_named(alice, aclient, settings) -> None:
    settings.SQL_MODEL = "sqlcoder:7b"
    address = f"{DATA}/{(await registered(alice)).public_id}/ask"
    answer = await aclient.post(address, {"question": "How?"}, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert "sqlcoder:7b" in answer.json()["error"]["message"]


async def test_csv_is_downloaded(alice, aclient) -> None:
    source = await registered(alice)
    answer = await aclient.get(f"{DATA}/{source.public_id}/csv", {"sql": BY_REGION, "order": "-1"})
    content = b"".join([piece async for piece in answer.streaming_content])
    assert content == b"region,total\r\nsouth,20.0\r\nnorth,10.5\r\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales.csv"'


async def test_csv_that_fails_is_an_envelope(alice, aclient) -> None:
    source = await registered(alice)
    answer = await aclient.get(f"{DATA}/{source.public_id}/csv", {"sql": "SELECT nope"})
    assert "nope" in fields(answer)["sql"][0]
    assert "sql" in fields(await aclient.get(f"{DATA}/{source.public_id}/csv"))


async def test_a_database_of_the_studio_is_everybodys(bob, aclient, bearer, settings) -> None:
    settings.DATA_POSTGRES_URLS = {"shop": "postgres://nobody:secret@127.0.0.1:9/shop"}
    headers = await sync_to_async(bearer)(bob, "read", "manage")
    answer = await aclient.get(DATA, headers=headers)
    (listed,) = answer.json()["sources"]
    assert (listed["name"], listed["is_configured"], listed["tables"]) == ("shop", True, None)
    key = configured_sources()[0].public_id
    one = (await aclient.get(f"{DATA}/{key}", headers=headers)).json()["source"]
    assert one["tables"] is None
    assert one["problem"]
    assert "secret" not in answer.text + one["problem"]
    assert (await aclient.delete(f"{DATA}/{key}", headers=headers)).status_code == 404


async def test_removing_is_for_good(alice, aclient) -> None:
    source = await registered(alice)
    assert (await aclient.delete(f"{DATA}/{source.public_id}")).json() == {"success": True}
    assert not source.folder.exists()
    assert (await aclient.get(f"{DATA}/{source.public_id}")).status_code == 404


async def test_somebody_elses_data_does_not_exist(alice, bob, aclient, bearer) -> None:
    source = await registered(alice)
    headers = await sync_to_async(bearer)(bob, "read", "chat", "manage")
    here = f"{DATA}/{source.public_id}"
    more = {"content_type": JSON, "headers": headers}
    statuses = [
        (await aclient.get(here, headers=headers)).status_code,
        (await aclient.get(f"{here}/csv", {"sql": "SELECT 1"}, headers=headers)).status_code,
        (await aclient.post(f"{here}/query", {"sql": "SELECT 1"}, **more)).status_code,
        (await aclient.post(f"{here}/ask", {"question": "How?"}, **more)).status_code,
        (await aclient.delete(here, headers=headers)).status_code,
        (await aclient.get(f"{DATA}/{uuid.uuid4()}")).status_code,
    ]
    assert statuses == [404] * 6
    assert (await aclient.get(DATA, headers=headers)).json()["sources"] == []
    assert await DataSource.objects.aexists()


def test_the_list_comes_in_pages(alice, client) -> None:
    for number in range(5):
        DataSource.objects.create(owner=alice, name=str(number), kind="csv", status="ready")
    seen, cursor = [], ""
    while cursor is not None:
        told = client.get(f"{DATA}?limit=2&cursor={cursor}").json()
        seen += [one["name"] for one in told["sources"]]
        cursor = told["next_cursor"]
    assert seen == ["4", "3", "2", "1", "0"]


async def test_a_key_does_what_its_scopes_say(alice, aclient, bearer) -> None:
    source = await registered(alice)
    here = f"{DATA}/{source.public_id}"

    async def status(method: str, address: str, *scopes: str, **more) -> int:
        headers = await sync_to_async(bearer)(alice, *scopes)
        answer = await getattr(aclient, method)(address, headers=headers, **more)
        return answer.status_code

    body = {"data": {"sql": "SELECT 1"}, "content_type": JSON}
    asked = {"data": {"question": "How?"}, "content_type": JSON}
    assert await status("post", f"{here}/query", "read", **body) == 200
    assert await status("post", f"{here}/query", "chat", "manage", **body) == 403
    assert await status("post", f"{here}/ask", "read", "manage", **asked) == 403
    assert await status("post", DATA, "read", "chat", data={}) == 403
    assert await status("delete", here, "read", "chat") == 403
    assert await status("get", DATA, "manage") == 403
