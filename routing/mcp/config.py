"""The file MCP_CONFIG: which servers there are, and how each is reached."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class McpConfigError(Exception):
    """`str()` says what is wrong with the file."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A program with its arguments, spoken to by its standard input and output, or an address."""

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def transport(self) -> str:
        return "http" if self.url else "stdio"

    @property
    def shown(self) -> str:
        """Without what may be secret: arguments, a password in the address."""
        if not self.url:
            return Path(self.command).name
        parts = urlsplit(self.url)
        return (
            f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
        )


def load(path: str) -> dict[str, ServerConfig]:
    """By name, in the file's order; none where no file is set."""
    if not path:
        return {}
    try:
        content = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise McpConfigError(f"MCP_CONFIG cannot be read: {path}: {error.strerror}.") from None
    except ValueError as error:
        raise McpConfigError(f"MCP_CONFIG is not JSON: {path}: {error}.") from None
    servers = content.get("mcpServers") if isinstance(content, dict) else None
    if not isinstance(servers, dict):
        raise McpConfigError(f'MCP_CONFIG has no "mcpServers": {path}.')
    found = (_server(str(name), given) for name, given in servers.items())
    return {server.name: server for server in found if server is not None}


def _server(name: str, given: object) -> ServerConfig | None:
    if not isinstance(given, dict):
        raise McpConfigError(f'The server "{name}" is not an object with a command or a url.')
    if given.get("disabled"):
        return None
    command, url = given.get("command", ""), given.get("url", "")
    if not isinstance(command, str) or not isinstance(url, str) or bool(command) == bool(url):
        raise McpConfigError(f'The server "{name}" needs either a "command" or a "url".')
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise McpConfigError(f'The url of the server "{name}" does not start with http(s)://.')
    cwd = given.get("cwd")
    return ServerConfig(
        name=name,
        command=command,
        args=tuple(_texts(name, "args", given.get("args", []))),
        env=_pairs(name, "env", given.get("env", {})),
        cwd=str(cwd) if cwd else None,
        url=url,
        headers=_pairs(name, "headers", given.get("headers", {})),
    )


def _texts(name: str, key: str, given: object) -> list[str]:
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return given
    raise McpConfigError(f'"{key}" of the server "{name}" is not a list of texts.')


def _pairs(name: str, key: str, given: object) -> dict[str, str]:
    if isinstance(given, dict) and all(isinstance(one, str) for one in given.values()):
        return given
    raise McpConfigError(f'"{key}" of the server "{name}" is not an object of texts.')
