"""Which tools fit a question: by its words, and by what a question of its likeness means."""

import re
from collections.abc import Iterable

from chatstudio.base.ranking import score_texts, words_of
from routing.tools.base import Tool

STEM = 5
"""Letters of a word that count: calculate, calculates and calculator are one."""

COMMON = """a about all an and any are as at be by can did do does for from give has have how i in
into is it its me my of on one or our please tell that the their them there they this to us was we
were what when where which who will with word words you your"""
SAY_NOTHING = frozenset(COMMON.split())
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
LIKENESSES: dict[str, str] = {
    r"\d\s*[+*/×÷^%]\s*\d|\d\s+-\s+\d|(?<!-)\b\d+-\d+\b(?!-)|√|%": "calculate arithmetic",
    r"how much|add up|\b(sum|times|plus|minus|divided|percent|root|power|pay)\b": "calculate",
    r"how many days|days (from|between)|\bbetween\b.*\d{4}": "date difference counts days",
    r"\b(today|tomorrow|yesterday|now|o'clock|weekday)\b": "current time date",
    rf"\d{{4}}-\d\d-\d\d|\b({MONTHS})\b": "date days",
    r"https?://|www\.|\bweb ?(site|page)\b": "web page url",
    r"\b(csv|excel|average|total|rows?|columns?)\b|per (month|year|country)": "data sql table",
    r"\b(don't forget|keep in mind|from now on|my name is)\b": "remember fact",
    r"\b(last time|earlier|we talk(ed)?|old chats?|did (i|we) (say|tell|ask|talk))\b": "search"
    " conversations",
    r"\.(pdf|docx?|txt|md|pptx?)\b|\b(document|attached|page \d+)\b": "file attached reads",
}
"""What a question may look like, and the words that tools for it have."""


def rank_tools(tools: Iterable[Tool], question: str, *, only_fitting: bool = False) -> list[Tool]:
    """The nearest first; without a word in common, as they came."""
    listed = list(tools)
    lower = question.casefold()
    meant = [words for pattern, words in LIKENESSES.items() if re.search(pattern, lower)]
    wanted = _stems(" ".join([question, *meant]))
    scores = score_texts([_stems(_about(tool)) for tool in listed], wanted)
    order = sorted(range(len(listed)), key=lambda at: (-scores[at], at))
    return [listed[at] for at in order if scores[at] or not only_fitting]


def _about(tool: Tool) -> str:
    """The name says most; what an argument is called says something too."""
    name = tool.name.replace("_", " ")
    properties = tool.schema.get("properties")
    arguments = " ".join(properties) if isinstance(properties, dict) else ""
    return f"{name} {name} {tool.description} {arguments.replace('_', ' ')}"


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in words_of(text) if word not in SAY_NOTHING]
