"""The time and dates: what a model cannot know, and often gets wrong."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from routing.tools.base import Risk, ToolContext, ToolFailed, tool


@tool(Risk.READS)
async def current_time(
    context: ToolContext,
    time_zone: Annotated[str, "an IANA name such as Europe/Vienna; empty: the person's own"] = "",
) -> str:
    """Tells the current date, weekday, time, calendar week and time zone."""
    now = datetime.now(_zone(time_zone or context.time_zone))
    week = now.isocalendar().week
    return f"{now:%A, %d %B %Y, %H:%M:%S} ({now:%Z}, UTC{now:%z}), calendar week {week}."


@tool(Risk.READS)
async def date_difference(
    start: Annotated[str, "a date as YYYY-MM-DD"],
    end: Annotated[str, "a date as YYYY-MM-DD"],
) -> str:
    """Counts the days from one date to another, and names their weekdays."""
    first, last = _date(start), _date(end)
    days = (last - first).days
    weeks, rest = divmod(abs(days), 7)
    return (
        f"From {first:%A, %Y-%m-%d} to {last:%A, %Y-%m-%d}: {days} days "
        f"({weeks} weeks and {rest} days)."
    )


@tool(Risk.READS)
async def date_add(
    start: Annotated[str, "a date as YYYY-MM-DD"],
    amount: Annotated[int, "how many; negative goes back"],
    unit: Literal["days", "weeks"] = "days",
) -> str:
    """Tells the date so many days or weeks after another, and its weekday."""
    step = timedelta(days=amount) if unit == "days" else timedelta(weeks=amount)
    try:
        found = _date(start) + step
    except OverflowError:
        raise ToolFailed("That is further away than the calendar reaches.") from None
    return f"{found:%A, %Y-%m-%d}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ToolFailed(f"There is no time zone {name!r}; try a name like Asia/Tokyo.") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ToolFailed(f"{text!r} is no date; write it as YYYY-MM-DD.") from None
