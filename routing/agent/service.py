"""The agent that the settings name: where it is, how it is called, how it is asked."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from chatstudio.base.json_types import JsonObject
from routing.agent.openai import OPENAI
from routing.agent.webhook import WEBHOOK
from routing.agent.wire import Wire
from routing.errors import AgentNotConfigured
from routing.llm.address import is_address, leaves_machine
from routing.llm.client import Endpoint, Patience, Reach

PROTOCOLS: dict[str, Wire] = {"openai": OPENAI, "webhook": WEBHOOK}
LONGEST_LABEL = 80


class AgentPatience(Patience):
    """An agent may be silent for the same time before and within its answer."""

    @property
    def seconds(self) -> float:
        return float(settings.ZAIN_AGENT_TIMEOUT_SECONDS)


@dataclass(frozen=True, slots=True)
class Service:
    """`server` is ZAIN_AGENT_URL as people see it; `address` what is asked, shown likewise."""

    label: str
    server: str
    address: str
    wire: Wire
    endpoint: Endpoint
    key: str = field(repr=False)

    @property
    def facts(self) -> JsonObject:
        """What the sentence of every agent's error needs."""
        return {"label": self.label, "server": self.server}

    @property
    def leaves_machine(self) -> bool:
        return leaves_machine(self.server)


def label() -> str:
    return " ".join(settings.ZAIN_AGENT_LABEL.split())[:LONGEST_LABEL] or "Zain Agent"


def problem() -> str:
    """The sentence that says which setting is missing or wrong; empty where all is there."""
    if not settings.ZAIN_AGENT_URL.strip():
        return "Set ZAIN_AGENT_URL to the address of your agent."
    if not is_address(settings.ZAIN_AGENT_URL):
        return "Correct ZAIN_AGENT_URL: it starts with http:// or https://."
    return ""


def configured_service() -> Service:
    if sentence := problem():
        raise AgentNotConfigured(label=label(), problem=sentence)
    url, key = settings.ZAIN_AGENT_URL.strip(), settings.ZAIN_AGENT_API_KEY.strip()
    wire = PROTOCOLS[settings.ZAIN_AGENT_PROTOCOL]
    address = wire.address(url)
    server = hide_secrets(url)
    endpoint = Endpoint(server, address, key, reach=Reach(settings.LLM_CA_FILE))
    return Service(label(), server, hide_secrets(address), wire, endpoint, key)


def hide_secrets(url: str) -> str:
    """Without a password, and without a query, in which tokens travel."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
