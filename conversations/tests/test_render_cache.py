"""What is rendered once and kept, and when it is not."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from conversations.showing import render_cache
from conversations.showing.article_views import ArticleView, as_typed
from conversations.showing.sidebar import EVERYTHING, Filter, Item

ITEM = Item(uuid4(), "Heat pumps", at=1_800_000_000, mark="", is_current=False)
ARTICLE = ArticleView(
    uuid4(), uuid4(), "user", "complete", timezone.now(), parts=as_typed("Hi"), plain_text="Hi"
)


@pytest.fixture
def rendered(monkeypatch) -> list[str]:
    names: list[str] = []
    render = render_cache.render_to_string

    def counted(name: str, context: dict) -> str:
        names.append(name)
        return render(name, context)

    monkeypatch.setattr(render_cache, "render_to_string", counted)
    render_cache._render_sidebar_item.cache_clear()
    render_cache._render_article.cache_clear()
    return names


def test_an_item_is_rendered_once(rendered) -> None:
    first = render_cache.render_sidebar_item(ITEM, EVERYTHING)
    assert "Heat pumps" in first
    assert render_cache.render_sidebar_item(replace(ITEM), EVERYTHING) == first
    assert len(rendered) == 1


@pytest.mark.parametrize(
    "other",
    [{"title": "Gas"}, {"at": 1_800_000_001}, {"mark": "writing"}, {"is_current": True}],
    ids=str,
)
def test_what_looks_different_is_another_item(rendered, other) -> None:
    assert render_cache.render_sidebar_item(
        replace(ITEM, **other), EVERYTHING
    ) != render_cache.render_sidebar_item(ITEM, EVERYTHING)


def test_a_filtered_list_keeps_to_its_filter(rendered) -> None:
    render_cache.render_sidebar_item(ITEM, EVERYTHING)
    html = render_cache.render_sidebar_item(ITEM, Filter(tag="garden"))
    assert html.count("/?tag=garden") == 2
    assert "?archived=1" in render_cache.render_sidebar_item(ITEM, Filter(archived=True))


def test_an_article_is_rendered_once(rendered) -> None:
    first = render_cache.render_article(ARTICLE, is_last=True)
    assert render_cache.render_article(replace(ARTICLE), is_last=True) == first
    assert len(rendered) == 1
    render_cache.render_article(ARTICLE, is_last=False)
    assert len(rendered) == 2


def test_every_field_of_an_article_counts(rendered) -> None:
    render_cache.render_article(ARTICLE, is_last=True)
    render_cache.render_article(replace(ARTICLE, thumb="up"), is_last=True)
    render_cache.render_article(replace(ARTICLE, parts=as_typed("Ho")), is_last=True)
    assert len(rendered) == 3


@pytest.mark.parametrize(
    "other", [{"is_active": True}, {"parts": as_typed("x" * 5_000)}], ids=["written", "long"]
)
def test_what_changes_or_is_long_is_not_kept(rendered, other) -> None:
    for _ in range(2):
        render_cache.render_article(replace(ARTICLE, **other), is_last=True)
    assert len(rendered) == 2


def test_whoever_works_on_the_templates_sees_them(rendered, settings) -> None:
    settings.DEBUG = True
    for _ in range(2):
        render_cache.render_article(ARTICLE, is_last=True)
        render_cache.render_sidebar_item(ITEM, EVERYTHING)
    assert len(rendered) == 4


def days_of(*views: ArticleView) -> list[str]:
    html = render_cache.render_articles(views)
    return re.findall(r'<p class="day"><time [^>]*>([^<]*)</time>', html)


def asked(days_ago: float) -> ArticleView:
    return replace(ARTICLE, public_id=uuid4(), created_at=timezone.now() - timedelta(days_ago))


def test_a_conversation_of_today_says_no_day() -> None:
    assert days_of(asked(0), asked(0)) == []


def test_a_day_is_said_where_it_changes() -> None:
    long_ago = replace(ARTICLE, created_at=datetime(2024, 11, 12, 12, tzinfo=UTC))
    shown = days_of(long_ago, replace(long_ago, public_id=uuid4()), asked(1), asked(0))
    assert shown == ["12 November 2024", "Yesterday", "Today"]


def test_an_answer_belongs_to_the_day_of_its_question() -> None:
    assert days_of(asked(1), replace(asked(0), role="assistant")) == ["Yesterday"]


def test_the_last_of_a_list_is_rendered_as_such(rendered) -> None:
    answer = replace(ARTICLE, role="assistant", can_retry=True)
    html = render_cache.render_articles([answer, replace(answer, public_id=uuid4())])
    assert html.count(">Try again</button>") == 1
