"""The tool by which a model asks a person's data."""

import pytest

from chatstudio.base import sub_path
from conversations.answering.transcript import CallState
from conversations.features.data.tests.conftest import registered
from conversations.features.data.tool import NAME, data_tools
from conversations.models import DataSource
from conversations.showing.call_views import call_view
from routing.tools.base import Risk, ToolContext, ToolFailed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


async def tool_of(person):
    (tool,) = await data_tools(ToolContext(person.id))
    return tool


async def test_without_data_there_is_no_tool(alice, bob) -> None:
    await registered(bob)
    await DataSource.objects.acreate(owner=alice, name="x", kind="csv")
    assert await data_tools(ToolContext(alice.id)) == []


async def test_it_reads_and_knows_the_tables(alice) -> None:
    await registered(alice)
    tool = await tool_of(alice)
    assert tool.risk is Risk.READS
    assert "region VARCHAR: one of 'north', 'south'" in tool.description
    assert tool.schema["properties"]["source"]["enum"] == ["sales"]


async def test_sql_is_answered_with_a_table_and_a_link(alice) -> None:
    source = await registered(alice)
    arguments = {"source": "sales", "sql": "SELECT region FROM sales ORDER BY amount LIMIT 1"}
    text = await (await tool_of(alice)).run(arguments, ToolContext(alice.id))
    assert text.startswith("| region |\n| --- |\n| north |")
    assert f"/data/{source.public_id}/?sql=SELECT" in text


async def test_the_engines_words_help_the_model_to_mend_its_sql(alice) -> None:
    source = await registered(alice)
    with pytest.raises(ToolFailed, match=r"nope.*not found") as caught:
        await (await tool_of(alice)).run({"sql": "SELECT nope FROM sales"}, ToolContext(alice.id))
    assert "The SQL was: SELECT nope" in str(caught.value)
    assert f"Edit and run it: /data/{source.public_id}/?sql=SELECT+nope" in str(caught.value)


def test_the_step_of_a_failed_query_leads_to_its_sql_too() -> None:
    told = "Error: Unknown.\nThe SQL was: SELECT 1\nEdit and run it: /data/1/?sql=SELECT+1"
    state = CallState("c1", NAME, {}, status="failed", result=told)
    assert call_view(state).link == "/data/1/?sql=SELECT+1"


async def test_the_link_stays_right_wherever_we_stand(alice, settings, monkeypatch) -> None:
    monkeypatch.setattr("django.urls.base._prefixes", sub_path.Prefixes())
    source = await registered(alice)
    settings.BASE_PATH = "/studio"
    text = await (await tool_of(alice)).run({"sql": "FROM sales"}, ToolContext(alice.id))
    assert text.endswith(f"The whole result: /data/{source.public_id}/?sql=FROM+sales")
    state = CallState("c1", NAME, {}, status="done", result=text)
    assert call_view(state).link == f"/studio/data/{source.public_id}/?sql=FROM+sales"


async def test_nothing_is_changed(alice) -> None:
    await registered(alice)
    with pytest.raises(ToolFailed, match="Only SELECT"):
        await (await tool_of(alice)).run({"sql": "DROP TABLE sales"}, ToolContext(alice.id))


async def test_bobs_data_has_no_name_for_alice(alice, bob) -> None:
    await registered(alice)
    await registered(bob, file_name="secret.csv")
    arguments = {"source": "secret", "sql": "SELECT 1"}
    with pytest.raises(ToolFailed, match="no source named 'secret'"):
        await (await tool_of(alice)).run(arguments, ToolContext(alice.id))


async def test_without_sql_or_question_it_says_so(alice) -> None:
    await registered(alice)
    with pytest.raises(ToolFailed, match="either sql or question"):
        await (await tool_of(alice)).run({"source": "sales"}, ToolContext(alice.id))
