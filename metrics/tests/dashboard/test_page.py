"""/metrics/: whose figures it shows, which, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Feedback
from conversations.tests.rows import conversation_of, profile_of
from metrics.models import ChatMetric, MetricRollup
from metrics.tests.made import ended, failed, measured, receipt_of

pytestmark = pytest.mark.django_db

AGO = timedelta(days=1)


def page(client, **query: str) -> str:
    answer = client.get("/metrics/", query)
    assert answer.status_code == 200
    return answer.text


def tile(html: str, name: str) -> str:
    """The words of a tile."""
    cell = html.split(f"<dt>{name}</dt>")[1].split("</div>")[0]
    return re.sub(r"<[^>]*>", "", cell).strip()


def test_without_answers_it_says_so(alice, client) -> None:
    assert "No answers in this period" in page(client)
    assert "No answers yet" in page(client, period="all")


def test_what_is_not_counted_yet_is_told(alice, client) -> None:
    """After an upgrade, while a server counts behind its own back."""
    measured(alice)
    assert "still being counted" not in page(client, period="all")
    MetricRollup.objects.all().delete()
    assert "still being counted" in (shown := page(client, period="all"))
    assert "Nothing counted yet" in shown
    assert "still being counted" not in page(client, period="24h")  # of the metrics themselves


def test_it_shows_what_ones_answers_come_to(alice, client) -> None:
    measured(alice)
    measured(alice, receipt=receipt_of(written=300))
    html = page(client)
    assert tile(html, "Answers") == "2"
    assert "500" in tile(html, "Tokens written")


def test_other_peoples_answers_are_not_counted(alice, bob, client) -> None:
    measured(alice)
    measured(bob, model_name="bobs-model")
    html = page(client)
    assert tile(html, "Answers") == "1"
    assert "bobs-model" not in html


def test_nobody_elses_name_can_be_asked_for(alice, bob, client) -> None:
    assert client.get("/metrics/", {"person": "bob"}).status_code == 404


def test_only_the_periods_answers_are_counted(alice, client) -> None:
    measured(alice)
    measured(alice, timezone.now() - timedelta(days=20))
    assert tile(page(client, period="7d"), "Answers") == "1"
    assert tile(page(client, period="30d"), "Answers") == "2"
    assert tile(page(client, period="all"), "Answers") == "2"


def test_it_is_compared_with_the_period_before(alice, client) -> None:
    measured(alice)
    for _ in range(2):
        measured(alice, timezone.now() - timedelta(days=10))
    assert "50 % less · before: 2" in tile(page(client, period="7d"), "Answers")


@pytest.mark.parametrize(
    ("name", "value"), [("model", "b"), ("routing", "agent"), ("prompt", "Pirate")]
)
def test_it_can_be_filtered(alice, client, name, value) -> None:
    measured(alice, model_name="a")
    measured(alice, model_name="b", strategy="agent", receipt=receipt_of(profile="Pirate"))
    html = page(client, **{name: value})
    assert tile(html, "Answers") == "1"
    assert f'<option value="{value}" selected>' in html


def test_answers_without_a_prompt_profile_can_be_chosen(alice, client) -> None:
    measured(alice)
    measured(alice, receipt=receipt_of(profile="Pirate"))
    assert tile(page(client, prompt="(none)"), "Answers") == "1"


def test_a_filter_that_nothing_fits_says_so(alice, client) -> None:
    measured(alice)
    assert "Nothing fits" in page(client, model="unheard-of")


@pytest.mark.parametrize("query", [{"period": "a year"}, {"model": "x" * 300}])
def test_an_odd_question_gets_a_sentence(alice, client, query) -> None:
    measured(alice)
    answer = client.get("/metrics/", query)
    assert answer.status_code == 400
    assert 'class="notice notice-error" role="alert"' in answer.text


def test_a_failed_answer_leads_to_its_conversation(alice, client) -> None:
    conversation = conversation_of(alice)
    failed(alice, "server_unreachable", conversation=conversation)
    html = page(client)
    assert "Server unreachable" in html
    assert f"/chat/{conversation.public_id}/#message-" in html


def test_an_answer_whose_conversation_is_gone_leads_nowhere(alice, client) -> None:
    metric = failed(alice)
    ChatMetric.objects.filter(id=metric.id).update(generation=None)
    html = page(client)
    assert "The last answers that failed" in html
    assert "#message-" not in html


def test_the_slowest_come_first(alice, client) -> None:
    for took in (1000.0, 90_000.0, 5000.0):
        measured(alice, receipt=receipt_of(took=took))
    html = page(client).partition("Slowest answers")[2]
    assert html.index("1.5 min") < html.index("5.0 s") < html.index("1.0 s")


def test_thumbs_are_counted_by_model(alice, client) -> None:
    for value in ("up", "up", "down"):
        message = ended(alice).message
        type(message).objects.filter(id=message.id).update(model_name="echo")
        Feedback.objects.create(message=message, value=value)
    html = page(client)
    assert "2 up, 1 down" in tile(html, "Thumbs up")
    assert "67 %" in tile(html, "Thumbs up")


def test_other_peoples_thumbs_are_not(alice, bob, client) -> None:
    measured(alice)
    Feedback.objects.create(message=ended(bob).message, value="up")
    assert "No answer was rated" in page(client)


def test_loading_is_shown_with_the_gpus_share(alice, client) -> None:
    timings = {"timings": {"load_ms": 2000.0}, "model": {"gpu_share": 0.5}}
    measured(alice, receipt=receipt_of() | timings)
    html = page(client).partition("Loading models")[2]
    assert "2.0 s" in html
    assert "50 %" in html


def test_names_are_escaped(alice, client) -> None:
    evil = "<script>alert(1)</script>"
    measured(alice, model_name=evil, receipt=receipt_of(profile=evil))
    assert evil not in page(client)


def test_it_has_neither_script_nor_style_of_its_own(alice, client) -> None:
    measured(alice)
    html = page(client)
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == len(re.findall(r"<script (?:defer|type=\"module\") src=", html))


def queries(client, **query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, **query)
    return len(captured)


@pytest.mark.parametrize("period", ["24h", "90d", "all"])
def test_it_takes_the_same_queries_for_any_number_of_answers(alice, client, period) -> None:
    now = timezone.now()
    failed(alice, at=now)
    before = queries(client, period=period)
    for number in range(30):
        measured(alice, now, model_name=f"m{number}", receipt=receipt_of(profile=f"p{number}"))
        failed(alice, at=now)
    assert queries(client, period=period) == before <= 15


def test_the_sidebar_leads_there(alice, client) -> None:
    profile_of(alice)
    assert 'href="/metrics/"' in client.get("/prompt-profiles/").text
