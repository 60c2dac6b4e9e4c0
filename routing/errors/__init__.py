"""What can go wrong between us and whoever answers, each with a sentence that says what to do.

RoutingError
├── ServerUnreachable          nobody listens at the address
├── NotAModelServer            somebody listens, but speaks neither protocol
├── ServerRefused              403: the server does not accept our Host or a cloud model
├── AuthenticationFailed       401: a key is missing or wrong
├── ModelNotFound              the model is not installed there
├── NoModel                    nothing to answer with: no server offers a model
├── ModelCannot                the model lacks a capability (tools, thinking, images, chat)
├── ToolMisused                of older answers: the model called a tool wrongly twice
├── UnreadableCall             the server could not read a tool call that the model wrote
├── ContextExceeded            what was sent is larger than the model's window
├── ServerBusy                 503: the server's queue is full
├── ServerStarting             503: the server has not loaded its only model yet
├── RateLimited                429
├── ModelLoadFailed            the model could not be loaded (memory, a broken file)
├── PullFailed                 the model could not be fetched
├── CannotManage               the server lets nobody load, fetch or remove models
├── TimedOut                   nothing came within the time limit
├── ConnectionLost             the server went away in mid-answer
├── StreamFailed               the server reported an error in mid-answer
├── RequestRejected            the server did not accept the request (4xx of its own)
├── ServerFailed               the server failed (5xx of its own)
├── BadAnswer                  what came is not of the protocol
└── AgentError                 the same for the agent, whose settings are others
    ├── AgentNotConfigured     a setting is missing or wrong
    ├── AgentUnreachable       nobody listens at the address
    ├── AgentSilent            nothing came within the time limit
    ├── AgentRefused           401, 403: a key is missing or wrong
    ├── AgentNotFound          404, 405, redirections: nobody answers at this path
    ├── AgentBusy              429
    ├── AgentRejected          the agent did not accept the request (another 4xx)
    ├── AgentFailed            5xx, or an error instead of an answer
    ├── AgentSentPage          HTML
    ├── AgentBadAnswer         what came is not of the protocol, or not UTF-8
    ├── AgentSaidNothing       an end without an answer
    ├── AgentLost              the agent went away in mid-answer
    ├── AgentStreamFailed      the agent reported an error in mid-answer
    └── AgentEndedEarly        the stream ended without its last line

`code` is stored with a generation and `context` beside it, so that the sentence can be written
again for whoever reads it, later and in another language.
"""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonMapping
from routing.errors.agents import *  # noqa: F403  the whole family, as it stands above
from routing.errors.base import RoutingError as RoutingError
from routing.errors.model_servers import *  # noqa: F403


def all_errors() -> dict[str, type[RoutingError]]:
    return {member.code: member for member in _family(RoutingError)}


def _family(member: type[RoutingError]) -> Iterator[type[RoutingError]]:
    yield member
    for child in member.__subclasses__():
        yield from _family(child)


def sentence_for(code: str, context: JsonMapping) -> str:
    """The sentence of a stored error; an unknown code gets the general one."""
    return all_errors().get(code, RoutingError).describe(context)


def error_of(code: str, context: JsonMapping) -> RoutingError:
    """A stored error, to be raised again."""
    return all_errors().get(code, RoutingError)(**context)


def status_for(code: str) -> int:
    """The HTTP status that stands for this kind of error."""
    return all_errors().get(code, RoutingError).status
