"""Making a key, finding it again, and when it is found no more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatstudio import keys
from chatstudio.models import ApiKey, User

pytestmark = pytest.mark.django_db

BOTH = ("read", "chat")


def later(monkeypatch, **by: float) -> None:
    now = timezone.now() + timedelta(**by)
    monkeypatch.setattr("chatstudio.keys.timezone.now", lambda: now)


def test_only_the_hash_and_the_beginning_are_kept(alice) -> None:
    row, key = keys.make(alice, "Backup", BOTH)
    kept = ApiKey.objects.filter(pk=row.pk).values().get()
    assert key not in map(str, kept.values())
    assert key.startswith(kept["beginning"])
    assert len(key) - len(kept["beginning"]) >= 32
    assert kept["key_hash"] == keys.hash_key(key)


def test_two_keys_differ(alice) -> None:
    assert keys.make(alice, "Backup", BOTH)[1] != keys.make(alice, "Backup", BOTH)[1]


@pytest.mark.parametrize("scopes", [["read"], ["chat"], ["manage"], ["read", "chat", "manage"]])
def test_it_has_the_scopes_that_were_chosen(alice, scopes) -> None:
    row, _ = keys.make(alice, "Backup", scopes)
    assert ApiKey.objects.get(pk=row.pk).scopes == scopes


def test_a_key_without_scopes_cannot_be(alice) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.make(alice, "Backup", [])


def test_a_key_is_found_with_its_owner(alice, bob) -> None:
    row, key = keys.make(bob, "Backup", BOTH)
    found = keys.find(key)
    assert (found, found.owner) == (row, bob)


@pytest.mark.parametrize("change", [str.upper, lambda key: key[:-1], lambda key: f"{key}x"])
def test_another_key_is_not_found(alice, change) -> None:
    _, key = keys.make(alice, "Backup", BOTH)
    assert keys.find(change(key)) is None


@pytest.mark.parametrize("key", ["", "cs-", "cs-\x00", "cs-\ud800", "cs-" + "x" * 100_000])
def test_what_is_no_key_is_not_found(alice, key) -> None:
    keys.make(alice, "Backup", BOTH)
    assert keys.find(key) is None


def test_neither_the_hash_nor_the_beginning_is_a_key(alice) -> None:
    row, _ = keys.make(alice, "Backup", BOTH)
    assert keys.find(row.key_hash) is keys.find(row.beginning) is None


def test_it_expires_at_its_day(alice, monkeypatch) -> None:
    _, key = keys.make(alice, "Backup", BOTH, days=30)
    later(monkeypatch, days=29, hours=23)
    assert keys.find(key)
    later(monkeypatch, days=30, minutes=1)
    assert keys.find(key) is None


def test_without_days_it_never_expires(alice, monkeypatch) -> None:
    row, key = keys.make(alice, "Backup", BOTH)
    later(monkeypatch, days=100 * 365)
    assert row.expires_at is None
    assert keys.find(key)


def test_a_deactivated_persons_key_works_again_with_them(bob) -> None:
    _, key = keys.make(bob, "Backup", BOTH)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert keys.find(key) is None
    User.objects.filter(pk=bob.pk).update(is_active=True)
    assert keys.find(key)


def test_a_new_password_leaves_keys_alone(bob) -> None:
    _, key = keys.make(bob, "Backup", BOTH)
    bob.set_password("other quiet words here")
    bob.save()
    assert keys.find(key)


def test_when_it_was_used_is_exact_to_a_minute(alice, monkeypatch) -> None:
    row, key = keys.make(alice, "Backup", BOTH)
    assert row.last_used_at is None
    keys.find(key)
    first = ApiKey.objects.get(pk=row.pk).last_used_at
    later(monkeypatch, seconds=59)
    keys.find(key)
    assert ApiKey.objects.get(pk=row.pk).last_used_at == first
    later(monkeypatch, seconds=61)
    keys.find(key)
    assert ApiKey.objects.get(pk=row.pk).last_used_at - first > timedelta(minutes=1)


def test_a_key_that_is_refused_was_not_used(alice, monkeypatch) -> None:
    row, key = keys.make(alice, "Backup", BOTH, days=1)
    later(monkeypatch, days=2)
    keys.find(key)
    assert ApiKey.objects.get(pk=row.pk).last_used_at is None


def test_a_person_has_fifty_keys_at_most(alice, bob, monkeypatch) -> None:
    monkeypatch.setattr(keys, "MOST", 2)
    for name in ("One", "Two"):
        keys.make(alice, name, BOTH)
    with pytest.raises(keys.TooManyKeys, match="Revoke one first"):
        keys.make(alice, "Three", BOTH)
    keys.make(bob, "His first", BOTH)


def test_its_owners_rows_go_with_them(bob) -> None:
    keys.make(bob, "Backup", BOTH)
    bob.delete()
    assert not ApiKey.objects.exists()
