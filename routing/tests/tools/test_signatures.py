"""A typed function becomes a tool."""

from typing import Annotated, Literal

import pytest

from routing.tools.base import Risk, ToolContext, WrongArguments, tool

ME = ToolContext(1, time_zone="Europe/Vienna")


@tool(Risk.READS)
async def weather(
    context: ToolContext,
    city: Annotated[str, "a town"],
    days: int = 1,
    unit: Literal["C", "F"] = "C",
) -> str:
    """Tells the weather."""
    return f"{city} {days} {unit} {context.person_id}"


def test_the_schema_is_that_of_its_signature() -> None:
    schema = weather().schema
    assert schema["required"] == ["city"]
    assert schema["properties"]["city"] == {"description": "a town", "type": "string"}
    assert schema["properties"]["unit"]["enum"] == ["C", "F"]
    assert "context" not in schema["properties"]


def test_name_description_and_risk_come_along() -> None:
    assert (weather().name, weather().description) == ("weather", "Tells the weather.")
    assert not weather().needs_approval


async def test_it_runs_with_its_defaults_and_its_context() -> None:
    assert await weather().run({"city": "Graz"}, ME) == "Graz 1 C 1"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({}, "city"),
        ({"city": "Graz", "days": "many"}, "days"),
        ({"city": "Graz", "unit": "K"}, "unit"),
        ({"city": "Graz", "colour": "red"}, "colour"),
        ({"city": None}, "city"),
    ],
)
async def test_what_does_not_fit_is_named(arguments: dict, word: str) -> None:
    with pytest.raises(WrongArguments, match=word):
        weather().check(arguments)
    with pytest.raises(WrongArguments, match=word):
        await weather().run(arguments, ME)
