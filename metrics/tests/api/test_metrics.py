"""/api/chat/ui/metrics: whose figures it tells, and which."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chatstudio import keys
from chatstudio.models import User
from conversations.models import Conversation, Feedback
from conversations.tests.rows import conversation_of
from metrics.models import ChatMetric
from metrics.tests.made import failed, measured, receipt_of

pytestmark = pytest.mark.django_db

METRICS = "/api/chat/ui/metrics"


def figures(client, status: int = 200, **query) -> dict:
    answer = client.get(METRICS, query)
    assert answer.status_code == status, answer.text
    return answer.json()


def rows(client, **query) -> dict:
    answer = client.get(f"{METRICS}/rows", query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_without_answers_everything_is_nothing(alice, client) -> None:
    for period in ("7d", "all"):
        told = figures(client, period=period)
        assert told["totals"]["answers"] == 0
        assert told["totals"]["time_to_first_token_ms"] == {"p50": None, "p95": None}
        assert told["groups"] == {"model": [], "profile": [], "prompt_profile": []}
        assert told["slowest"] == told["failed"] == told["errors"] == told["thumbs"] == []
    assert (told["before"], told["series"]) == (None, [])


def test_totals_groups_and_series(alice, client) -> None:
    measured(alice)
    measured(alice, receipt=receipt_of(first=1000.0, written=300, profile="Pirate"))
    failed(alice, model_name="other")
    told = figures(client)
    totals = told["totals"]
    assert (totals["answers"], totals["complete"], totals["failed"]) == (3, 2, 1)
    assert (totals["input_tokens"], totals["output_tokens"]) == (200, 500)
    assert totals["failed_share"] == pytest.approx(1 / 3)
    assert totals["time_to_first_token_ms"]["p50"] == pytest.approx(500, rel=0.1)
    assert totals["time_to_first_token_ms"]["p95"] == pytest.approx(1000, rel=0.1)
    assert [(one["name"], one["answers"]) for one in told["groups"]["model"]] == [
        ("echo", 2),
        ("other", 1),
    ]
    pirate = next(one for one in told["groups"]["prompt_profile"] if one["name"] == "Pirate")
    assert pirate["time_to_first_token_ms"]["p50"] == pytest.approx(1000, rel=0.1)
    assert told["errors"] == [{"code": "server_unreachable", "count": 1}]
    assert len(told["series"]) == 7
    assert (told["series"][-1]["answers"], told["series"][0]["answers"]) == (3, 0)
    assert told["everybody"] is False


@pytest.mark.parametrize(("period", "steps"), [("24h", 24), ("7d", 7), ("30d", 30), ("90d", 90)])
def test_every_period_has_its_steps(alice, client, period, steps) -> None:
    measured(alice)
    told = figures(client, period=period)
    assert told["period"]["name"] == period
    assert told["period"]["start"] == told["series"][0]["start"]
    assert (len(told["series"]), sum(one["answers"] for one in told["series"])) == (steps, 1)


def test_it_is_compared_with_the_period_before(alice, client) -> None:
    measured(alice)
    for _ in range(2):
        measured(alice, timezone.now() - timedelta(days=10))
    told = figures(client)
    assert (told["totals"]["answers"], told["before"]["answers"]) == (1, 2)
    assert figures(client, period="all")["totals"]["answers"] == 3


@pytest.mark.parametrize(
    ("name", "value"), [("model", "b"), ("profile", "agent"), ("prompt_profile", "Pirate")]
)
def test_it_can_be_filtered(alice, client, name, value) -> None:
    measured(alice, model_name="a")
    measured(alice, model_name="b", strategy="agent", receipt=receipt_of(profile="Pirate"))
    assert figures(client, **{name: value})["totals"]["answers"] == 1
    assert len(rows(client, **{name: value})["rows"]) == 1


def test_the_slowest_come_first_and_name_their_message(alice, client) -> None:
    measured(alice)
    slow = measured(alice, receipt=receipt_of(took=9000.0))
    first = figures(client)["slowest"][0]
    assert first["duration_ms"] == 9000.0
    assert first["message_id"] == str(slow.generation.message.public_id)
    Conversation.objects.update(deleted_at=timezone.now())
    assert figures(client)["slowest"][0]["message_id"] is None


def test_thumbs_are_counted_by_model(alice, client) -> None:
    metric = measured(alice)
    message = metric.generation.message
    Feedback.objects.create(message=message, value="up")
    assert figures(client)["thumbs"] == [{"model": message.model_name, "up": 1, "down": 0}]


def test_other_peoples_answers_are_not_counted(alice, bob, client) -> None:
    measured(alice)
    measured(bob, model_name="bobs-model")
    assert "bobs-model" not in client.get(METRICS).text
    assert figures(client)["totals"]["answers"] == 1
    assert len(rows(client)["rows"]) == 1


def test_only_administrators_see_everybody(alice, bob, client) -> None:
    figures(client, 403, everybody="true")
    figures(client, 404, person="bob")
    for query, status in (({"everybody": "true"}, 403), ({"person": "bob"}, 404)):
        assert client.get(f"{METRICS}/rows", query).status_code == status


def of_an_administrator(person: User) -> dict[str, str]:
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    return {"Authorization": f"Bearer {keys.make(person, 'x', ['read'])[1]}"}


def test_administrators_see_everybody_and_each(alice, bob, client, settings) -> None:
    settings.AUTH_MODE = "accounts"
    measured(alice)
    measured(bob)
    headers = of_an_administrator(alice)

    def told(**query) -> dict:
        return client.get(METRICS, query, headers=headers).json()

    assert told(everybody="true")["totals"]["answers"] == 2
    assert told(everybody="true")["everybody"] is True
    assert told()["totals"]["answers"] == 1
    assert told(person="bob")["totals"]["answers"] == 1
    assert [one["message_id"] for one in told(person="bob")["slowest"]] == [None]


def test_administrators_read_everybodys_rows(alice, bob, client, settings) -> None:
    settings.AUTH_MODE = "accounts"
    measured(alice)
    bobs = measured(bob)
    headers = of_an_administrator(alice)

    def told(**query) -> list[dict]:
        return client.get(f"{METRICS}/rows", query, headers=headers).json()["rows"]

    assert [one["person"] for one in told(everybody="true")] == [bob.username, alice.username]
    assert [one["person"] for one in told()] == [alice.username]
    (row,) = told(person="bob")
    assert (row["person"], row["conversation_id"], row["message_id"]) == ("bob", None, None)
    assert row["duration_ms"] == bobs.duration_ms
    assert told(everybody="true", model="none-such") == []
    assert client.get(f"{METRICS}/rows?person=nobody", headers=headers).status_code == 404


def test_others_do_not_read_everybodys_rows_in_a_studio_with_accounts(
    alice, bob, client, settings
) -> None:
    settings.AUTH_MODE = "accounts"
    measured(alice)
    headers = {"Authorization": f"Bearer {keys.make(bob, 'x', ['read'])[1]}"}
    for query, status in (("everybody=true", 403), ("person=alice", 404), ("person=bob", 200)):
        answer = client.get(f"{METRICS}/rows?{query}", headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("door", "query", "field"),
    [
        ("", {"period": "8d"}, "period"),
        ("", {"model": "x" * 256}, "model"),
        ("", {"everybody": "perhaps"}, "everybody"),
        ("/rows", {"limit": "0"}, "limit"),
        ("/rows", {"limit": "9" * 30}, "limit"),
        ("/rows", {"cursor": "x"}, "cursor"),
        ("/rows", {"cursor": "0001-01-01T00:00:00+23:59_1"}, "cursor"),
        ("/rows", {"cursor": "2026-01-01T00:00:00_1"}, "cursor"),
        ("/rows", {"cursor": f"2026-01-01T00:00:00+00:00_{2**63}"}, "cursor"),
        ("/rows", {"cursor": "x" * 65}, "cursor"),
    ],
)
def test_what_cannot_be_asked_names_its_field(alice, client, door, query, field) -> None:
    answer = client.get(f"{METRICS}{door}", query)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]


def test_rows_come_in_pages_each_once(alice, client) -> None:
    at = timezone.now()
    conversation = conversation_of(alice)
    for number in range(5):
        moment = at - timedelta(hours=number // 2)
        measured(alice, moment, conversation=conversation, model_name=f"m{number}")
    seen, cursor = [], ""
    while cursor is not None:
        told = client.get(f"{METRICS}/rows?limit=2&cursor={cursor}").json()  # as it was given
        seen += [one["model"] for one in told["rows"]]
        cursor = told["next_cursor"]
    newest = ChatMetric.objects.order_by("-created_at", "-id")
    assert seen == list(newest.values_list("model_name", flat=True))
    assert len(seen) == 5


def test_a_row_has_what_was_measured(alice, client) -> None:
    metric = measured(alice, receipt=receipt_of(profile="Pirate"))
    (row,) = rows(client)["rows"]
    assert (row["input_tokens"], row["output_tokens"], row["load_ms"]) == (100, 200, 50.0)
    assert (row["prompt_profile"], row["profile"]) == ("Pirate", "direct")
    assert row["person"] == alice.username
    conversation = metric.generation.message.conversation
    assert row["conversation_id"] == str(conversation.public_id)


def test_pages_cost_the_same_for_any_length(alice, client, django_assert_num_queries) -> None:
    conversation = conversation_of(alice)
    for _ in range(20):
        measured(alice, conversation=conversation)
    client.get(f"{METRICS}/rows")
    with django_assert_num_queries(3):
        client.get(f"{METRICS}/rows")


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("chat", 403), ("manage", 403)])
def test_a_key_has_to_read(alice, client, scope, status) -> None:
    headers = {"Authorization": f"Bearer {keys.make(alice, 'x', [scope])[1]}"}
    for door in ("", "/rows"):
        assert client.get(f"{METRICS}{door}", headers=headers).status_code == status
