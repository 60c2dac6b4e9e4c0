"""Whatever goes wrong with the agent, as the error whose sentence names its settings."""

import contextlib
from collections.abc import Iterator

from chatstudio.base.json_types import JsonMapping
from chatstudio.base.text import replace_unstorable
from routing import errors
from routing.agent.service import Service
from routing.llm.refusals import complaint_of, read_complaint


@contextlib.contextmanager
def translate_errors(service: Service) -> Iterator[None]:
    """The client speaks of model servers."""
    try:
        yield
    except errors.ServerUnreachable as error:
        raise errors.AgentUnreachable(**{**error.context, **service.facts}) from error
    except errors.ConnectionLost as error:
        raise errors.AgentLost(**service.facts) from error
    except errors.TimedOut as error:
        raise errors.AgentSilent(seconds=error.context["seconds"], **service.facts) from error
    except errors.BadAnswer as error:
        raise errors.AgentBadAnswer(detail=error.context["detail"], **service.facts) from error


def refusal(status: int, body: bytes, service: Service) -> errors.AgentError:
    said = clean_complaint(read_complaint(body).detail, service)
    detail = said.rstrip(".") or f"status {status}"
    if status in (401, 403):
        return errors.AgentRefused(detail=said, **service.facts)
    if status in (404, 405, 410) or status < 400:
        return errors.AgentNotFound(address=service.address, http_status=status, **service.facts)
    if status == 429:
        return errors.AgentBusy(**service.facts)
    kind = errors.AgentFailed if status >= 500 else errors.AgentRejected
    return kind(detail=detail, **service.facts)


def failure(data: JsonMapping, service: Service, *, answering: bool) -> errors.AgentError:
    """For an error inside of an answer whose status was right."""
    detail = (
        clean_complaint(complaint_of(data).detail, service).rstrip(".") or "it does not say why"
    )
    kind = errors.AgentStreamFailed if answering else errors.AgentFailed
    return kind(detail=detail, **service.facts)


def clean_complaint(said: str, service: Service) -> str:
    """As it can be stored and shown: some servers repeat the key that they refuse."""
    words = replace_unstorable(said)
    return words.replace(service.key, "…") if service.key else words
