"""An agent that is asked as OpenAI's servers are."""

from urllib.parse import urlsplit, urlunsplit

from chatstudio.base.json_types import JsonMapping
from routing.agent.wire import Wire, for_agents
from routing.llm.openai_wire import payload_of
from routing.types import ChatRequest

ENDING = "/chat/completions"
NO_MODEL = "default"


def address(url: str) -> str:
    """A bare host gets /v1/chat/completions; a path is a base, unless it is the whole already."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path.endswith(ENDING):
        path = (path or "/v1") + ENDING
    return urlunsplit(parts._replace(path=path))


def body(request: ChatRequest) -> JsonMapping:
    """The protocol wants a model's name, also where no model is chosen."""
    return payload_of(for_agents(request).for_model(request.model_name or NO_MODEL))


OPENAI = Wire(address, body)
