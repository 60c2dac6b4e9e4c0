"""The page of a person's data, and the page that asks one of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conversations.answering.seam import in_thread
from conversations.features.data import registering
from conversations.features.data.asking import query_url
from conversations.features.data.tests.conftest import SALES, registered
from conversations.models import DataSource, Generation
from conversations.tests.talking import counted
from routing.data.errors import NotReadable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

BY_REGION = "SELECT region, sum(amount) AS total FROM sales GROUP BY region ORDER BY region"


async def add(aclient, content: str = SALES, name: str = "sales.csv", encoding: str = "utf-8"):
    file = SimpleUploadedFile(name, content.encode(encoding))
    answer = await aclient.post(reverse("data"), {"file": file})
    for task in list(registering._running):
        await task
    return answer


async def page(aclient, source: DataSource, sql: str, order: str = "", status: int = 200) -> str:
    answer = await aclient.get(query_url(source, sql, order))
    assert answer.status_code == status
    return answer.text


async def test_a_file_is_added_and_listed(alice, aclient) -> None:
    answer = await add(aclient)
    assert (answer.status_code, answer.url) == (302, "/data/")
    shown = (await aclient.get("/data/")).text
    assert "3 rows" in shown
    assert ">sales</a>" in shown


async def finished() -> None:
    for task in list(registering._running):
        await task


async def test_what_is_not_in_a_table_is_said_and_an_encoding_can_be_chosen(alice, aclient) -> None:
    await add(aclient, "Prices,\nid,имя\n1,МИР\n", "prices.csv", "koi8_r")
    source = await DataSource.objects.aget()
    door, place = f"/data/{source.public_id}/encoding/", f"/data/{source.public_id}/"
    shown = (await aclient.get(place)).text
    assert "1 cell above the table stands in no row: “Prices”." in shown
    assert '<option value="koi8_r"' in shown
    answer = await aclient.post(door, {"encoding": "cp1251"})
    assert (answer.status_code, answer.url) == (302, "/data/")
    await finished()
    await source.arefresh_from_db()
    assert (source.encoding, source.status, source.rows) == ("cp1251", "ready", 1)
    await aclient.post(door, {"encoding": "utf-8"})
    await finished()
    await source.arefresh_from_db()
    assert (source.encoding, source.status, source.rows) == ("cp1251", "ready", 1)
    assert "not in the encoding UTF-8" in (await aclient.get("/data/")).text
    refused = await aclient.post(door, {"encoding": "rot13"})
    assert (refused.status_code, "Choose one of the encodings." in refused.text) == (422, True)


async def test_what_tells_its_encoding_is_not_read_again(alice, aclient) -> None:
    await add(aclient)
    source = await DataSource.objects.aget()
    refused = await aclient.post(f"/data/{source.public_id}/encoding/", {"encoding": "cp1251"})
    assert (refused.status_code, "tells its encoding itself" in refused.text) == (422, True)


async def test_of_two_that_read_again_at_once_one_does(alice, aclient) -> None:
    """Two readers would write into one file."""
    await add(aclient, "id,имя\n1,МИР\n", "prices.csv", "koi8_r")
    one, other = [await DataSource.objects.aget() for _ in range(2)]
    await in_thread(registering.begin_again, one, "cp1251")
    with pytest.raises(NotReadable, match="read already"):
        await in_thread(registering.begin_again, other, "cp1251")


async def test_what_is_no_data_is_refused_with_the_reason(alice, aclient) -> None:
    answer = await add(aclient, "hello", "letter.docx")
    assert answer.status_code == 422
    assert "Only CSV, Parquet, JSON, Excel (.xlsx) and SQLite" in answer.text
    assert not await DataSource.objects.aexists()


async def test_a_form_without_a_file_is_refused(alice, aclient) -> None:
    answer = await aclient.post("/data/", {})
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


async def test_a_file_that_is_too_large_is_refused(alice, aclient, settings) -> None:
    settings.DATA_FILE_MAX_MB = 0
    answer = await add(aclient)
    assert (answer.status_code, "too large" in answer.text) == (422, True)


async def test_a_broken_file_is_listed_with_what_is_wrong(alice, aclient) -> None:
    await add(aclient, 'a,b\n1,2\n1,"2\n')
    assert "Row 3, column 2" in (await aclient.get("/data/")).text


async def test_htmx_gets_the_list_alone(alice, aclient) -> None:
    answer = await aclient.get("/data/", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="data-sources"')


async def test_a_query_is_answered_with_a_table(alice, aclient) -> None:
    shown = await page(aclient, await registered(alice), BY_REGION)
    assert '<td dir="auto">north</td> <td class="number">10.5</td>' in shown
    assert "2 rows" in shown
    assert BY_REGION.replace("*", "") in shown


async def test_a_heading_sorts_by_its_column_and_back(alice, aclient) -> None:
    source = await registered(alice)
    shown = await page(aclient, source, BY_REGION, "2")
    assert 'aria-sort="ascending"' in shown
    assert "order=-2" in shown
    backwards = await page(aclient, source, BY_REGION, "-2")
    assert backwards.index(">south<") < backwards.index(">north<", backwards.index("data-result"))


async def test_the_engines_words_are_shown_and_the_query_stays(alice, aclient) -> None:
    shown = await page(aclient, await registered(alice), "SELECT nope FROM sales", status=422)
    assert "Referenced column &quot;nope&quot; not found" in shown
    assert "SELECT nope FROM sales</textarea>" in shown


async def test_a_change_is_refused(alice, aclient) -> None:
    shown = await page(aclient, await registered(alice), "DELETE FROM sales", status=422)
    assert "Only SELECT is allowed here" in shown


async def test_a_query_that_is_too_long_is_refused(alice, aclient) -> None:
    shown = await page(aclient, await registered(alice), "SELECT 1" + " " * 5_000, status=422)
    assert "too long: at most 4,000 characters" in shown


async def test_a_series_is_drawn(alice, aclient) -> None:
    shown = await page(aclient, await registered(alice), BY_REGION)
    assert shown.count('class="chart-bar series-0"') == 2
    dates = await page(aclient, await DataSource.objects.aget(), "SELECT day, amount FROM sales")
    assert 'class="chart-line series-0"' in dates


async def test_markup_in_the_data_is_text(alice, aclient) -> None:
    evil = "name,x\n<script>alert(1)</script>,1\n<img src=x onerror=alert(1)>,2\n"
    source = await registered(alice, evil, "<b>evil.csv")
    shown = await page(aclient, source, 'SELECT name, x FROM "b_evil"')
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "<b>evil" not in shown


async def test_csv_of_the_answer_is_downloaded(alice, aclient) -> None:
    source = await registered(alice)
    answer = await aclient.get(query_url(source, BY_REGION, "-1", door="data_csv"))
    content = b"".join([piece async for piece in answer.streaming_content])
    assert content == b"region,total\r\nsouth,20.0\r\nnorth,10.5\r\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales.csv"'


async def test_what_a_spreadsheet_would_take_for_a_formula_is_downloaded_as_text(
    alice, aclient
) -> None:
    source = await registered(alice)
    sql = """SELECT '=HYPERLINK("http://e")' AS "=1+x", '@SUM(A1)' AS b, '-5 kg' AS c, -5 AS d,
        '-5' AS e, '+49 30 1234' AS f, 'a=b' AS g"""
    answer = await aclient.get(query_url(source, sql, door="data_csv"))
    content = b"".join([piece async for piece in answer.streaming_content]).decode()
    head, row = content.splitlines()
    assert head == "'=1+x,b,c,d,e,f,g"
    assert row == """"'=HYPERLINK(""http://e"")",'@SUM(A1),'-5 kg,-5,-5,+49 30 1234,a=b"""


async def test_a_download_that_fails_is_a_page(alice, aclient) -> None:
    answer = await aclient.get(query_url(await registered(alice), "SELECT nope", door="data_csv"))
    assert (answer.status_code, "nope" in answer.text) == (422, True)


async def test_a_file_that_is_still_read_cannot_be_asked_yet(alice, aclient) -> None:
    source = await DataSource.objects.acreate(owner=alice, name="x", kind="csv")
    assert "cannot be asked yet" in await page(aclient, source, "SELECT 1", status=422)


async def test_a_question_becomes_sql(alice, aclient) -> None:
    source = await registered(alice)
    answer = await aclient.post(reverse("data_ask", args=[source.public_id]), {"question": "How?"})
    assert answer.status_code == 302
    assert answer.url.startswith(f"/data/{source.public_id}/?sql=")


async def test_more_questions_than_may_be_asked(alice, aclient, settings) -> None:
    settings.TURNS_PER_MINUTE = 1
    address = reverse("data_ask", args=[(await registered(alice)).public_id])
    assert (await aclient.post(address, {"question": "How?"})).status_code == 302
    answer = await aclient.post(address, {"question": "How many?"})
    assert answer.status_code == 429
    assert "1 answers a minute is the limit for you" in answer.text
    assert "How many?" in answer.text
    await counted()
    row = await Generation.objects.select_related("metric").aget()
    assert (row.owner_id, row.metric.status) == (alice.pk, "complete")


async def test_a_writer_that_is_not_there_is_named(alice, aclient, settings) -> None:
    settings.SQL_MODEL = "sqlcoder:7b"
    source = await registered(alice)
    answer = await aclient.post(reverse("data_ask", args=[source.public_id]), {"question": "How?"})
    assert answer.status_code == 422
    assert "sqlcoder:7b is not installed" in answer.text


async def test_removing_takes_it_off_the_list(alice, aclient) -> None:
    source = await registered(alice)
    await aclient.post(reverse("data_delete", args=[source.public_id]))
    assert "No data yet" in (await aclient.get("/data/")).text


async def test_the_list_costs_the_same_for_any_length(
    alice, aclient, django_assert_num_queries
) -> None:
    for number in range(20):
        await DataSource.objects.acreate(owner=alice, name=str(number), kind="csv", status="ready")
    from asgiref.sync import sync_to_async
    from django.test import Client

    from conftest import HERE

    def counted() -> None:
        with django_assert_num_queries(5):
            Client(**HERE).get("/data/")

    await sync_to_async(counted)()
