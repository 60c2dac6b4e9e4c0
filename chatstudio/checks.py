"""What can be wrong with the settings, said before anything starts: id, sentence, hint."""

from collections.abc import Callable
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from chatstudio.local import is_loopback
from routing.agent import service
from routing.llm.address import is_address, leaves_machine, with_scheme
from routing.llm.address import is_loopback as is_loopback_url
from routing.llm.client import certificates, why_unusable
from routing.mcp.config import McpConfigError, load


def unless(
    kind: type[Error | Warning], id: str, text: str, hint: str
) -> Callable[[Callable[[], bool]], Callable[..., list[CheckMessage]]]:
    """A check that says this, unless the function finds the settings fine."""

    def checking(is_fine: Callable[[], bool]) -> Callable[..., list[CheckMessage]]:
        @register
        def check(**kwargs: object) -> list[CheckMessage]:
            return [] if is_fine() else [kind(text, hint=hint, id=id)]

        return check

    return checking


@register
def environment_is_readable(**kwargs: object) -> list[CheckMessage]:
    return [
        Error(
            f"{name} has a value that cannot be read: {problem}",
            hint=f"Correct {name} in the environment or in .env; .env.example shows its form.",
            id="chatstudio.E001",
        )
        for name, problem in settings.ENVIRONMENT_PROBLEMS
    ]


@register
def model_server_address(**kwargs: object) -> list[CheckMessage]:
    url = settings.LLM_BASE_URL
    if url.strip() == "echo:" or _is_server(url):
        return []
    return [
        Error(
            f"LLM_BASE_URL is not an address: {url!r}",
            hint="It looks like http://localhost:11434; an IPv6 address stands in brackets.",
            id="chatstudio.E002",
        )
    ]


def _is_server(url: str) -> bool:
    """Without a scheme it has to look like a host: with a port, or with a name of several parts."""
    looks_like_one = "://" in url or any(mark in url for mark in ".:[") or "localhost" in url
    return looks_like_one and is_address(with_scheme(url))


@unless(
    Error,
    "chatstudio.E008",
    "LLM_API_KEY holds a line break or another character that cannot be sent.",
    "Copy the key once more, in one line.",
)
def key_can_be_sent() -> bool:
    return settings.LLM_API_KEY.strip().isprintable()


@register
def certificates_are_readable(**kwargs: object) -> list[CheckMessage]:
    try:
        certificates(settings.LLM_CA_FILE)
    except OSError as error:
        return [
            Error(
                f"LLM_CA_FILE cannot be used: {settings.LLM_CA_FILE}: {why_unusable(error)}",
                hint="Name a file with certificates between lines of BEGIN and END CERTIFICATE.",
                id="chatstudio.E009",
            )
        ]
    return []


@unless(
    Error,
    "chatstudio.E011",
    "LLM_PROXY is not the address of a proxy.",
    "It looks like http://proxy.example.org:3128; for socks5:// install the package socksio too.",
)
def proxy_address() -> bool:
    proxy = settings.LLM_PROXY
    if proxy.startswith("socks5"):
        return is_address(proxy, ("socks5", "socks5h")) and bool(find_spec("socksio"))
    return not proxy or is_address(proxy)


@unless(
    Warning,
    "chatstudio.W006",
    "LLM_PROXY is set, but the model server runs on this machine and is asked directly.",
    "Remove LLM_PROXY, or set LLM_BASE_URL to a server elsewhere.",
)
def proxy_is_of_use() -> bool:
    return not (settings.LLM_PROXY and is_loopback_url(with_scheme(settings.LLM_BASE_URL)))


@unless(
    Error,
    "chatstudio.E010",
    "ZAIN_AGENT_URL is not an address.",
    "It starts with http:// or https://, such as http://localhost:8500.",
)
def agent_address() -> bool:
    return bool(not settings.ZAIN_AGENT_URL.strip() or not service.problem())


@unless(
    Warning,
    "chatstudio.W010",
    "ZAIN_AGENT_API_KEY travels in the clear, as ZAIN_AGENT_URL starts with http://.",
    "Reach the agent by https://, or take the key away.",
)
def agent_key_is_hidden_on_its_way() -> bool:
    url = urlsplit(settings.ZAIN_AGENT_URL.strip() if not agent_address() else "")
    is_open = url.scheme == "http" and leaves_machine(url.geturl())
    return not (settings.ZAIN_AGENT_API_KEY and is_open)


@register
def limits_are_positive(**kwargs: object) -> list[CheckMessage]:
    names = (
        *("LLM_TIMEOUT_SECONDS", "LLM_LOAD_TIMEOUT_SECONDS", "ZAIN_AGENT_TIMEOUT_SECONDS"),
        "LLM_DETECT_SECONDS",
        *("TURNS_AT_ONCE", "DATA_FILE_MAX_MB", "TOOL_ROUNDS", "TOOL_SECONDS", "MAX_IMPORT_MB"),
        "MAX_ANSWER_KB",
        "MAX_ATTACHMENT_MB",
    )
    return [
        Error(
            f"{name} must be larger than 0, not {getattr(settings, name):g}",
            hint=f"Remove {name} to use its default.",
            id="chatstudio.E003",
        )
        for name in names
        if getattr(settings, name) <= 0
    ] + _negative("TURNS_PER_MINUTE")


@unless(
    Error,
    "chatstudio.E031",
    "TOOL_SHARE is a share of a model's window, more than 0.05 and less than 0.9.",
    "Remove TOOL_SHARE to use its default, a quarter.",
)
def share_of_tools_leaves_room() -> bool:
    return 0.05 <= settings.TOOL_SHARE <= 0.9


def _negative(name: str) -> list[CheckMessage]:
    """Of a setting whose 0 means no limit."""
    if getattr(settings, name) >= 0:
        return []
    hint = f"Remove {name} to use its default; 0 is no limit."
    return [Error(f"{name} cannot be negative.", hint=hint, id="chatstudio.E003")]


@register
def port_is_a_port(**kwargs: object) -> list[CheckMessage]:
    if 0 < settings.PORT < 65536:
        return []
    return [
        Error(
            f"PORT is not a port: {settings.PORT}",
            hint="Choose a number from 1 to 65535; 8000 is the default.",
            id="chatstudio.E004",
        )
    ]


@unless(
    Warning,
    "chatstudio.W001",
    "LLM_LOAD_TIMEOUT_SECONDS is shorter than LLM_TIMEOUT_SECONDS.",
    "Giving up while a model loads aborts the loading; leave it at 600.",
)
def load_limit_is_the_longer() -> bool:
    return bool(settings.LLM_LOAD_TIMEOUT_SECONDS >= settings.LLM_TIMEOUT_SECONDS)


@unless(
    Error,
    "chatstudio.E005",
    "REDIS_URL is not an address.",
    "It starts with redis:// or rediss://, such as redis://localhost:6379.",
)
def redis_address() -> bool:
    return bool(not settings.REDIS_URL or is_address(settings.REDIS_URL, ("redis", "rediss")))


@unless(
    Error,
    "chatstudio.E006",
    "REDIS_URL is set, but the package that it needs is not installed.",
    "Start with make run EXTRAS=redis, or remove REDIS_URL.",
)
def redis_client_is_installed() -> bool:
    return bool(not settings.REDIS_URL or find_spec("redis"))


@unless(
    Error,
    "chatstudio.E007",
    "OTEL_TRACES_EXPORTER is set, but the package that it needs is not installed.",
    "Start with make run EXTRAS=otel, or set OTEL_TRACES_EXPORTER=none.",
)
def traces_can_be_sent() -> bool:
    return bool(settings.OTEL_TRACES_EXPORTER in ("", "none") or find_spec("opentelemetry"))


@unless(
    Warning,
    "chatstudio.W002",
    "Other machines can reach this one, but ALLOWED_HOSTS names no address they could ask.",
    "Add the name that people type, such as chat.example.org, to ALLOWED_HOSTS.",
)
def other_machines_know_a_name() -> bool:
    others = [name for name in settings.ALLOWED_HOSTS if not is_loopback(name)]
    return bool(settings.AUTH_MODE == "local" or is_loopback(settings.HOST) or others)


@unless(
    Warning,
    "chatstudio.W003",
    "HTTPS_ONLY is set without TRUST_PROXY: behind a proxy each page leads to itself.",
    "Set TRUST_PROXY=true, and let the proxy write X-Forwarded-Proto.",
)
def https_comes_from_a_proxy() -> bool:
    return bool(not settings.HTTPS_ONLY or settings.TRUST_PROXY)


@register
def mcp_servers_are_readable(**kwargs: object) -> list[CheckMessage]:
    try:
        load(settings.MCP_CONFIG)
    except McpConfigError as error:
        hint = "README.md shows its form; remove MCP_CONFIG to go without MCP servers."
        return [Warning(str(error), hint=hint, id="chatstudio.W004")]
    return []


@unless(
    Warning,
    "chatstudio.W005",
    "DATA_POSTGRES_URLS is set, but the package that it needs is not installed.",
    "Start with make run EXTRAS=postgres, or remove DATA_POSTGRES_URLS.",
)
def postgres_client_is_installed() -> bool:
    return bool(not settings.DATA_POSTGRES_URLS or find_spec("psycopg"))
