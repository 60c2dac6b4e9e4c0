"""Django's own checks and ours, which know id, sentence and hint already."""

from collections.abc import Iterator

from django.core import checks

from chatstudio.doctor.findings import Finding, failure, ok, warning


def examine() -> Iterator[Finding]:
    found = [message for message in checks.run_checks() if not message.is_silenced()]
    for message in found:
        step = message.hint or f"See {message.id} in Django's documentation of checks."
        is_serious = message.level >= checks.ERROR
        yield (failure if is_serious else warning)(message.msg, step)
    if not found:
        yield ok("No problem found.")
