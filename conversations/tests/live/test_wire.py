"""Frames and requests between two processes."""

from uuid import uuid4

import pytest

from conversations.carrying import wire
from conversations.carrying.hub import Frame, Request, Wish

KEY = uuid4()


@pytest.mark.parametrize(
    "carried",
    [
        Frame(),
        Frame("<p>ä\u2028</p>", revision=3),
        Frame("<p>", message=KEY),
        Frame("<p>", message=KEY, whole=KEY),
        Request(Wish.SHOW, KEY, "conversation:1"),
        Request(Wish.STOP, KEY, "conversation:1"),
    ],
)
def test_what_was_sent_is_what_arrives(carried) -> None:
    assert wire.decode(wire.encode(carried)) == carried


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b'["frame"]', b'["request", "dance", "x", "y"]', b"\xff"]
)
def test_anything_else_is_refused(payload) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whoever hears it logs and goes on
        wire.decode(payload)
