from collections.abc import Iterator
from importlib.util import find_spec

from django.conf import settings

from chatstudio.doctor.findings import Finding, failure, ok
from routing.llm.address import hide_password

SECONDS = 5.0


def examine() -> Iterator[Finding]:
    """Nothing to say where no Redis is set; a missing package is among the settings' findings."""
    if not settings.REDIS_URL or not find_spec("redis"):
        return
    from redis import Redis, RedisError

    where = hide_password(settings.REDIS_URL)
    try:
        Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS).ping()
    except (RedisError, OSError, ValueError) as error:
        step = "Start Redis, or correct or remove REDIS_URL."
        said = " ".join(str(error).split()).rstrip(".")
        yield failure(f"{where} does not answer: {said}.", step)
    else:
        yield ok(f"{where} answers.")
