"""When something was, in words; a browser's own zone is in tests/browser/test_moments.py."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from chatstudio.base.template_tags import zone_name

NOON = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def shown(at: datetime | None, form: str = "short", **context: object) -> str:
    return Template(f'{{% moment at "{form}" %}}').render(Context({"at": at, **context}))


@pytest.fixture(autouse=True)
def berlin_at_noon(settings, monkeypatch) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(), "13:30"),
        (timedelta(hours=13), "00:30"),
        (timedelta(hours=14), "4 Mar, 23:30"),
        (timedelta(hours=-12), "6 Mar, 01:30"),
        (timedelta(days=365), "5 Mar 2025, 13:30"),
    ],
)
def test_the_date_is_there_where_it_is_not_today(before, text) -> None:
    assert f">{text}<" in shown(NOON - before)


def test_it_says_which_zone_is_meant_and_what_a_script_needs() -> None:
    assert shown(NOON) == (
        '<time datetime="2026-03-05T12:30:00+00:00">13:30<span class="zone"> CET</span></time>'
    )


def test_in_full_and_the_day_alone() -> None:
    assert ' data-form="full">5 March 2026, 13:30<' in shown(NOON, "full")
    assert shown(NOON, "day").endswith(' data-form="day">5 March 2026</time>')


def test_a_page_that_is_kept_as_a_file_has_no_today() -> None:
    assert ">5 March 2026, 13:30<" in shown(NOON, is_still=True)


def test_nothing_where_nothing_is_known() -> None:
    assert shown(None) == ""


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "UTC"),
        ("Asia/Tokyo", "JST"),
        ("America/Sao_Paulo", "UTC-03"),
        ("Asia/Dubai", "UTC+04"),
    ],
)
def test_a_zone_has_a_name_that_says_something(zone, name) -> None:
    assert zone_name(NOON.astimezone(ZoneInfo(zone))) == name
