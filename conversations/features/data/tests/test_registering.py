"""An uploaded file on its way to a registered one."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conversations.features.data import registering
from conversations.features.data.tests.conftest import SALES, registered
from conversations.models import DataSource

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


async def test_a_read_file_is_ready_and_described(alice) -> None:
    source = await registered(alice)
    assert (source.status, source.rows, source.kind) == ("ready", 3, "csv")
    assert source.tables[0]["columns"][1]["values"] == ["north", "south"]
    assert [path.name for path in source.folder.iterdir()] == ["data.duckdb"]


async def test_what_cannot_be_read_says_where_and_leaves_nothing(alice) -> None:
    source = await registered(alice, 'a,b\n1,2\n1,"2\n', "x.csv")
    assert source.status == "failed"
    assert source.error.startswith("Row 3, column 2:")
    assert not source.folder.exists()


async def test_a_second_file_of_the_name_gets_a_number(alice, bob) -> None:
    names = [(await registered(person)).name for person in (alice, alice, bob)]
    assert names == ["sales", "sales 2", "sales"]


def test_a_file_name_leads_nowhere_else(alice, settings) -> None:
    upload = SimpleUploadedFile("x.csv", b"a\n1\n")
    upload._name = "../../../evil.csv"
    source = registering.receive(alice, upload)
    assert source.name == "evil"
    assert source.folder.parent == settings.DATA_DIR / "data-sources"


async def test_removing_takes_the_file_along(alice) -> None:
    source = await registered(alice)
    folder = source.folder
    await sync_to_async(registering.remove)(source)
    assert not folder.exists()
    assert not await DataSource.objects.aexists()


def test_a_file_whose_server_has_ended_says_so(alice) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    source = DataSource.objects.create(owner=alice, name="x", kind="csv", touched_at=long_ago)
    assert (source.is_being_read, source.is_lost) == (False, True)
    assert "The server was stopped" in source.problem


async def test_what_was_removed_meanwhile_stays_removed(alice) -> None:
    upload = SimpleUploadedFile("sales.csv", SALES.encode())
    source = await sync_to_async(registering.receive)(alice, upload)
    reading = registering.start_reading(source)
    await sync_to_async(registering.remove)(source)
    await reading
    assert not source.folder.exists()
    assert not await DataSource.objects.aexists()
