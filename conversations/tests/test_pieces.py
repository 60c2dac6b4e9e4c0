"""What templates are given ready-made, as it would not be read in a line of theirs."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.template import Context, Template

from conversations.features.prompt_profiles.differences import Line
from conversations.showing.article_views import ArticleView
from conversations.showing.comparing import Piece
from conversations.showing.model_choices import ModelNotice
from conversations.showing.sidebar import Filter, Sidebar

KEY = UUID(int=1)


def view(role: str, model_name: str = "", routing: str = "") -> ArticleView:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return ArticleView(KEY, KEY, role, "", now, model_name=model_name, routing_label=routing)


@pytest.mark.parametrize(
    ("role", "model_name", "label"),
    [
        ("user", "", "You"),
        ("system", "System prompt", "System prompt"),
        ("assistant", "", "Answer"),
        ("assistant", "small", "Answer by small"),
    ],
)
def test_an_article_has_a_name(role: str, model_name: str, label: str) -> None:
    assert view(role, model_name).label == label


@pytest.mark.parametrize(
    ("routing", "badge"), [("Direct LLM", ""), ("small", ""), ("", ""), ("Tools", "Tools")]
)
def test_a_badge_says_what_is_not_said_already(routing: str, badge: str) -> None:
    assert view("assistant", "small", routing).routing_badge == badge


def test_what_stands_out_is_marked_and_everything_escaped() -> None:
    template = Template('{% load kept_pieces %}{{ pieces|marked }} {{ pieces|marked:"ins" }}')
    pieces = [Piece("a<", False), Piece("b>", True)]
    html = template.render(Context({"pieces": pieces}))
    assert html == "a&lt;<mark>b&gt;</mark> a&lt;<ins>b&gt;</ins>"


@pytest.mark.parametrize(
    ("sign", "kind", "element"),
    [("+", "new", "ins"), ("-", "gone", "del"), (" ", "same", "del"), ("…", "skipped", "del")],
)
def test_a_line_says_what_it_is(sign: str, kind: str, element: str) -> None:
    line = Line(sign, ())
    assert (line.kind, line.element) == (kind, element)


@pytest.mark.parametrize(
    ("chosen", "words", "onward"),
    [
        (Filter(), "", "?after=x%7C1"),
        (Filter("home"), "home", "?after=x%7C1&tag=home"),
        (Filter("home", archived=True), "home, Archived", "?after=x%7C1&tag=home&archived=1"),
    ],
)
def test_a_list_leads_on_to_more_of_the_same(chosen: Filter, words: str, onward: str) -> None:
    assert chosen.words == words
    assert Sidebar(next_cursor="x|1", filter=chosen).onward == onward


@pytest.mark.parametrize(
    ("kind", "level", "may_change"),
    [
        ("none", "warning", True),
        ("missing", "warning", False),
        ("demo", "info", True),
        ("", "info", False),
    ],
)
def test_a_notice_of_models(kind: str, level: str, may_change: bool) -> None:
    notice = ModelNotice(kind)
    assert (notice.level, notice.may_change) == (level, may_change)
