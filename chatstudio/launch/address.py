"""The address that the server listens on, tried before anything slow begins."""

import errno
import os
import socket
import sys

from django.conf import settings

from chatstudio.launch import LaunchError
from chatstudio.local import is_loopback


def resolve(host: str) -> str:
    """The IP address behind a host name of this machine."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise LaunchError(
            f"HOST={host} is not known on this machine ({error.strerror}). Try HOST=127.0.0.1."
        ) from error
    addresses = [str(entry[4][0]) for entry in found]
    return "127.0.0.1" if "127.0.0.1" in addresses else addresses[0]


def url(host: str, port: int) -> str:
    """What a person on this machine opens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{settings.BASE_PATH}/"


def require_free(address: str, port: int) -> None:
    """Raises LaunchError, in words for the person, unless the server could listen here now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if (
            sys.platform != "win32"
        ):  # there it would share the port instead of only ignoring old connections
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except (OSError, OverflowError) as error:
            raise LaunchError(why_not(address, port, error)) from error


def why_not(address: str, port: int, error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another Chat Studio: {url(address, port)}\n"
            f"Choose another one: make run PORT={port + 1 if port < 65535 else 8001}"
        )
    if isinstance(error, OverflowError):
        return f"PORT={port} is not a port. Choose one from 1024 to 65535: make run PORT=8001"
    if code == errno.EADDRNOTAVAIL:
        return f"HOST={address} is not an address of this machine. Try HOST=127.0.0.1."
    if code == errno.EACCES:
        return f"This user may not open port {port}. Choose one above 1023: make run PORT=8001"
    return f"Cannot listen on {address} port {port}: {os.strerror(code) if code else error}."


def require_private(address: str) -> None:
    """Without accounts whoever reaches the server is its owner: only this machine may reach it."""
    if is_loopback(address) or settings.AUTH_MODE == "accounts":
        return
    raise LaunchError(
        f"HOST={address} would let other machines in, and there are no accounts yet: everyone\n"
        "who opened the page would read and write as you. Set AUTH_MODE=accounts, so that people\n"
        "sign in; or leave HOST at 127.0.0.1 and come from another machine through a tunnel:\n"
        "ssh -L 8000:127.0.0.1:8000 this-machine"
    )
