"""An agent server, where one is set."""

from collections.abc import Iterator

from django.conf import settings

from chatstudio.doctor.findings import Finding, ok, warning
from routing.llm.address import hide_password

SECONDS = 5.0


def examine() -> Iterator[Finding]:
    url = settings.ZAIN_AGENT_URL
    if not url:
        return
    import httpx

    where = hide_password(url)
    try:
        answer = httpx.get(url, timeout=SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        step = "Start the agent, or correct or remove ZAIN_AGENT_URL."
        falls_back = settings.ZAIN_AGENT_FALLBACK
        instead = "; Direct LLM answers instead (ZAIN_AGENT_FALLBACK)" if falls_back else ""
        yield warning(f"{where} does not answer{instead}.", step)
        return
    if answer.status_code >= 500:
        step = "Look at the agent's own log."
        yield warning(f"{where} answers with an error (status {answer.status_code}).", step)
    else:
        yield ok(f"{where} answers (status {answer.status_code}).")
