"""Guessing is slowed, for whoever guesses and for nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from chatstudio.accounts import attempts
from chatstudio.accounts.attempts import Attempt, pause
from chatstudio.base.http import client_address, network_of
from chatstudio.models import SignInAttempt
from chatstudio.tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db


def guess(name: str, address: str, times: int) -> int:
    return [Attempt(name, address).begin() for _ in range(times)][-1]


def test_a_few_mistakes_are_free() -> None:
    assert guess("alice", "192.0.2.1", attempts.FREE_FOR_NAME) == 0


def test_then_each_makes_the_next_wait_longer() -> None:
    assert guess("alice", "192.0.2.1", attempts.FREE_FOR_NAME + 1) > 0
    assert [pause(n).total_seconds() for n in (-1, 0, 1, 2, 3)] == [0, 1, 2, 4, 8]
    assert pause(99) == attempts.LONGEST


def test_guessing_from_elsewhere_locks_nobody_out() -> None:
    guess("alice", "192.0.2.1", 50)
    assert Attempt("alice", "198.51.100.7").begin() == 0


def test_many_names_from_one_address_are_slowed_too() -> None:
    waits = [Attempt(f"name{n}", "192.0.2.1").begin() for n in range(40)]
    assert waits[: attempts.FREE_FOR_ADDRESS] == [0] * attempts.FREE_FOR_ADDRESS
    assert waits[-1] > 0


def test_a_different_spelling_is_the_same_name() -> None:
    guess("alice", "192.0.2.1", attempts.FREE_FOR_NAME + 1)
    assert Attempt(" ALICE ", "192.0.2.1").begin() > 0


def test_success_forgets_the_name_and_gives_one_back_to_the_address() -> None:
    guess("alice", "192.0.2.1", 4)
    Attempt("alice", "192.0.2.1").succeed()
    assert [row.failures for row in SignInAttempt.objects.all()] == [3]


def test_a_day_later_all_is_forgotten() -> None:
    guess("alice", "192.0.2.1", 50)
    yesterday = timezone.now() - timedelta(days=2)
    SignInAttempt.objects.update(last_at=yesterday, blocked_until=yesterday)
    assert guess("alice", "192.0.2.1", attempts.FREE_FOR_NAME) == 0


def test_names_are_not_kept(client, alice) -> None:
    sign_in(client, "correct horse battery", "alice")
    assert "horse" not in str(list(SignInAttempt.objects.values()))


def test_while_slowed_even_the_right_password_waits(client, alice) -> None:
    for _ in range(attempts.FREE_FOR_NAME + 1):
        sign_in(client, "alice", "wrong")
    answer = sign_in(client, "alice")
    assert answer.status_code == 429
    assert "Try again in" in answer.text
    assert sign_in(client, "alice", REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_do_not_slip_through() -> None:
    def begin(_: int) -> int:
        try:
            return Attempt("alice", "192.0.2.1").begin()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(begin, range(16)))
    assert waits.count(0) == attempts.FREE_FOR_NAME


def test_a_forwarded_address_counts_only_behind_a_proxy(settings) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1, 192.0.2.9"})
    assert client_address(request) == "127.0.0.1"
    settings.TRUST_PROXY = True
    assert client_address(request) == "192.0.2.9"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5, 192.0.2.9:50123", "192.0.2.9"),
        ("192.0.2.9 ", "192.0.2.9"),
        ("[2001:db8::1]:50123", "2001:db8::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("unknown", "unknown"),
        ("", "127.0.0.1"),
    ],
)
def test_whatever_a_proxy_writes_one_address_is_one(settings, forwarded, address) -> None:
    settings.TRUST_PROXY = True
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


def test_a_network_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::/64"
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("testserver") == "testserver"
