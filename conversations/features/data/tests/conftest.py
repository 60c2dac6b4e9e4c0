from collections.abc import Awaitable, Callable

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile

from chatstudio.models import User
from conversations.features.data import registering
from conversations.models import DataSource

SALES = "day,region,amount\n2024-01-01,north,10.5\n2024-01-02,south,20\n2024-01-03,north,\n"

type Register = Callable[..., Awaitable[DataSource]]


async def registered(
    person: User, content: str = SALES, file_name: str = "sales.csv"
) -> DataSource:
    """A file that was uploaded and has been read, with whatever came of it."""
    upload = SimpleUploadedFile(file_name, content.encode())
    source = await sync_to_async(registering.receive)(person, upload)
    await registering.start_reading(source)
    await source.arefresh_from_db()
    return source


@pytest.fixture
def register() -> Register:
    return registered
