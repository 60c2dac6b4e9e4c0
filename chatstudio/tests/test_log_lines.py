"""Refusals that anybody can cause are one line in the log each."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from chatstudio.base.log_lines import RefusalsInOneLine
from conftest import HERE


@pytest.mark.parametrize("host", ["evil.example", "evil.example\tand more", "a" * 500])
def test_a_refused_host_is_one_line(db, host) -> None:
    handler = next(one for one in logging.getLogger().handlers if one.name == "console")
    told, before = io.StringIO(), handler.setStream(io.StringIO())
    handler.setStream(told)
    try:
        answer = Client(**HERE, raise_request_exception=False).get("/chat/", headers={"host": host})
    finally:
        handler.setStream(before)
    assert answer.status_code == 400
    (line,) = [line for line in told.getvalue().splitlines() if line]
    assert "Invalid HTTP_HOST header" in line
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["refusals"]


def test_a_refusal_that_names_what_was_asked_is_no_second_line() -> None:
    record = logging.makeLogRecord({"name": "django.security.x", "msg": "No %s", "args": ("a\nb",)})
    assert RefusalsInOneLine().filter(record)
    assert record.getMessage() == "No a b"
