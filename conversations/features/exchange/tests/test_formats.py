"""What holds for every member of the family."""

from pathlib import Path

import pytest
from django.conf import settings

from chatstudio.tests.test_import_line import imports, name_of
from conversations.features.exchange.formats import FORMATS

EXCHANGE = settings.BASE_DIR / "conversations" / "features" / "exchange"
MEMBERS = [f for f in (EXCHANGE / "formats").rglob("*.py") if f.parent.name != "formats"]
MEMBERS += [f for f in (EXCHANGE / "formats").glob("*.py") if f.name != "__init__.py"]


@pytest.mark.parametrize("path", [EXCHANGE / "contract.py", *MEMBERS], ids=name_of)
def test_a_format_knows_neither_the_reader_nor_the_registry(path: Path) -> None:
    known = {
        "conversations.features.exchange.reading",
        "conversations.features.exchange.formats.FORMATS",
    }
    assert not known & set(imports(path))


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=lambda one: one.name)
def test_a_format_reads_or_writes(chosen) -> None:
    assert (chosen.claims is None) == (chosen.read_value is None)
    assert chosen.claims or chosen.write


def test_only_our_own_carries_everything() -> None:
    assert [one.name for one in FORMATS.values() if one.write_everything] == ["own"]
