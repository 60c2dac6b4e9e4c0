import pytest

from chatstudio.local import is_loopback, local_person
from chatstudio.models import User


@pytest.mark.parametrize(
    "address", ["localhost", "127.0.0.1", "127.255.0.1", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_an_address_of_this_machine_alone(address) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["", "0.0.0.0", "::", "192.168.0.1", "::ffff:10.0.0.1", "evil.example", "127.1"]
)
def test_an_address_that_others_may_reach(address) -> None:
    assert not is_loopback(address)


@pytest.mark.django_db
def test_the_local_person_is_made_once() -> None:
    assert local_person() == local_person()
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_local_person_has_no_password() -> None:
    assert not local_person().has_usable_password()
