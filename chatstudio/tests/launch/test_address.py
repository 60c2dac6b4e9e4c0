import socket

import pytest

from chatstudio.launch import LaunchError, address


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_told_with_the_way_to_another(taken_port):
    with pytest.raises(LaunchError) as error:
        address.require_free("127.0.0.1", taken_port)
    assert f"Port {taken_port} is in use" in str(error.value)
    assert f"make run PORT={taken_port + 1}" in str(error.value)


def test_a_port_that_was_given_back_is_free(taken_port):
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        port = own.getsockname()[1]
    address.require_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(LaunchError, match="not an address of this machine"):
        address.require_free("192.0.2.1", 8000)


def test_an_unknown_host_name_is_refused():
    with pytest.raises(LaunchError, match=r"HOST=no\.such\.host\.invalid"):
        address.resolve("no.such.host.invalid")


def test_a_host_name_becomes_an_address():
    assert address.resolve("localhost") == "127.0.0.1"
    assert address.resolve("[::1]") == "::1"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("localhost", "http://localhost:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::1", "http://[::1]:8000/"),
    ],
)
def test_the_url_is_one_that_a_browser_opens(host, url):
    assert address.url(host, 8000) == url


def test_loopback_needs_no_accounts():
    address.require_private("127.0.0.1")
    address.require_private("::1")


def test_other_machines_are_kept_out_while_there_are_no_accounts():
    with pytest.raises(LaunchError, match="no accounts") as error:
        address.require_private("0.0.0.0")
    assert "AUTH_MODE=accounts" in str(error.value)


def test_with_accounts_other_machines_may_come(settings):
    settings.AUTH_MODE = "accounts"
    address.require_private("0.0.0.0")
