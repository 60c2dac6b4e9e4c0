"""The file that names the servers."""

import json

import pytest

from routing.mcp.config import McpConfigError, load
from routing.mcp.tools import tool_name


def written(tmp_path, content: object) -> str:
    path = tmp_path / "mcp.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_no_file_is_no_servers() -> None:
    assert load("") == {}


def test_programs_and_addresses_are_read(tmp_path) -> None:
    servers = {
        "files": {"command": "npx", "args": ["-y", "x"], "env": {"KEY": "secret"}},
        "web": {"type": "http", "url": "https://user:pw@x.example/mcp", "headers": {"A": "b"}},
        "off": {"command": "x", "disabled": True},
    }
    found = load(written(tmp_path, {"mcpServers": servers}))
    assert list(found) == ["files", "web"]
    assert found["files"].args == ("-y", "x")
    assert found["web"].transport == "http"


def test_what_is_shown_holds_no_secrets(tmp_path) -> None:
    servers = {
        "a": {"command": "/usr/bin/x", "args": ["--key=secret"], "env": {"K": "secret"}},
        "b": {"url": "https://u:secret@x.example:8000/mcp?key=secret", "headers": {"K": "secret"}},
    }
    found = load(written(tmp_path, {"mcpServers": servers}))
    assert [config.shown for config in found.values()] == ["x", "https://x.example:8000/mcp"]
    assert "secret" not in " ".join(config.shown for config in found.values())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not JSON"),
        ([], "mcpServers"),
        ({"servers": {}}, "mcpServers"),
        ({"mcpServers": {"a": []}}, "not an object"),
        ({"mcpServers": {"a": {}}}, "either"),
        ({"mcpServers": {"a": {"command": "x", "url": "http://x"}}}, "either"),
        ({"mcpServers": {"a": {"url": "file:///etc/passwd"}}}, "http"),
        ({"mcpServers": {"a": {"command": "x", "args": "rm -rf"}}}, "list of texts"),
        ({"mcpServers": {"a": {"command": "x", "env": {"a": 1}}}}, "object of texts"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, words) -> None:
    with pytest.raises(McpConfigError, match=words):
        load(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(McpConfigError, match="cannot be read"):
        load(str(tmp_path / "nothing.json"))


@pytest.mark.parametrize(
    ("server", "tool", "name"),
    [
        ("My Files", "Read-File", "my_files_read_file"),
        ("é", "ü", "tool"),
        ("a" * 90, "b", "a" * 64),
    ],
)
def test_names_are_those_a_model_can_write(server, tool, name) -> None:
    assert tool_name(server, tool) == name
