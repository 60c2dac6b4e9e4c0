"""A library that gives up must not take the answer with it."""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


def attempt[T](call: Callable[[], T]) -> T | None:
    """What the call returns, or None where it failed."""
    try:
        return call()
    except BaseException as error:
        # A panic in a Rust extension is no Exception, and its class cannot be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        # The kind of the error only: its message may quote the conversation.
        logger.info("%s failed: %s", call.__qualname__, type(error).__name__)
        return None
