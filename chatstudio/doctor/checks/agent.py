"""An agent server, where one is set."""

from collections.abc import Iterator

from django.conf import settings

from chatstudio.doctor.findings import Finding, ok, warning
from routing.agent import service
from routing.errors import AgentUnreachable
from routing.llm.address import hide_password
from routing.llm.client import certificates
from routing.llm.unreachable import why_unreachable

SECONDS = 5.0


def examine() -> Iterator[Finding]:
    url = settings.ZAIN_AGENT_URL
    if not url:
        return
    import httpx

    where = hide_password(url)
    try:
        trusted = certificates(settings.LLM_CA_FILE)
        answer = httpx.get(url.strip(), timeout=SECONDS, trust_env=False, verify=trusted)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        yield _silence(where, error)
        return
    if answer.status_code >= 500:
        step = "Look at the agent's own log."
        yield warning(f"{where} answers with an error (status {answer.status_code}).", step)
    else:
        yield ok(f"{where} answers (status {answer.status_code}).")


def _silence(where: str, error: Exception) -> Finding:
    """What is known of why it does not answer, else how it could begin to."""
    falls_back = settings.ZAIN_AGENT_FALLBACK
    instead = "; Direct LLM answers instead (ZAIN_AGENT_FALLBACK)" if falls_back else ""
    facts = {"label": service.label(), **why_unreachable(error, where)}
    why = str(AgentUnreachable(**facts)) if "reason" in facts else ""
    step = why or "Start the agent, or correct or remove ZAIN_AGENT_URL."
    return warning(f"{where} does not answer{instead}.", step)
