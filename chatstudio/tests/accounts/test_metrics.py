"""Metrics where there are accounts: one's own for everybody, everybody's for administrators."""

import pytest
from django.test import Client

from conftest import HERE
from conversations.tests.rows import conversation_of
from metrics.tests.made import failed, measured

pytestmark = pytest.mark.django_db

AUTHORIZATION = {"Authorization": "Bearer right"}


def test_a_person_sees_their_own(alice, bob, signed_in) -> None:
    measured(alice, model_name="hers")
    measured(bob, model_name="his")
    html = signed_in(alice).get("/metrics/").text
    assert "hers" in html
    assert "his</" not in html
    assert 'name="person"' not in html


def test_a_person_cannot_ask_for_somebody_else(alice, bob, signed_in) -> None:
    browser = signed_in(alice)
    for path in ("/metrics/", "/metrics/answers.csv"):
        assert browser.get(path, {"person": "bob"}).status_code == 404
        assert browser.get(path, {"person": "alice"}).status_code == 200


def test_an_administrator_sees_everybodys_and_each_persons(alice, bob, carol, signed_in) -> None:
    measured(alice, model_name="hers")
    measured(bob, model_name="his")
    browser = signed_in(carol)
    both, one = browser.get("/metrics/").text, browser.get("/metrics/", {"person": "bob"}).text
    assert "hers</" in both
    assert "his</" in both
    assert "hers</" not in one
    assert "his</" in one


@pytest.mark.parametrize("period", ["24h", "7d", "all"])
def test_everybodys_figures_are_right_in_hours_and_days(
    alice, bob, carol, signed_in, period
) -> None:
    for person in (alice, bob, bob):
        measured(person)
    html = signed_in(carol).get("/metrics/", {"period": period}).text
    cell = html.split("<dt>Answers</dt>")[1].split("</dd>")[0]
    assert cell.rpartition(">")[2].strip() == "3"


def test_an_administrator_is_not_led_into_somebody_elses_conversation(
    alice, carol, signed_in
) -> None:
    conversation = conversation_of(alice)
    failed(alice, conversation=conversation)
    html = signed_in(carol).get("/metrics/").text
    assert "Server unreachable" in html
    assert str(conversation.public_id) not in html


def test_an_unknown_person_does_not_exist(carol, signed_in) -> None:
    assert signed_in(carol).get("/metrics/", {"person": "nobody"}).status_code == 404


def test_prometheus_finds_nothing_without_a_token_in_the_settings(carol, signed_in) -> None:
    answer = signed_in(carol).get("/metrics/prometheus", headers=AUTHORIZATION)
    assert answer.status_code == 404


def test_prometheus_comes_in_with_the_token_alone(carol, settings) -> None:
    settings.METRICS_TOKEN = "right"
    answer = Client(**HERE).get("/metrics/prometheus", headers=AUTHORIZATION)
    assert answer.status_code == 200
    assert "chatstudio_answers_active" in answer.text


@pytest.mark.parametrize(
    "header", ["", "Bearer wrong", "Basic right", "right", "Bearer", "Bearer ä"]
)
def test_prometheus_is_refused_with_anything_else(carol, signed_in, settings, header) -> None:
    settings.METRICS_TOKEN = "right"
    headers = {"Authorization": header} if header else {}
    answer = signed_in(carol).get("/metrics/prometheus", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "chatstudio_" not in answer.text
