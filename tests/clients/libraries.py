"""Which libraries there are, where they are installed, and how a script of one is run."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SECONDS = 300.0


def folder() -> Path:
    return Path(os.environ.get("CLIENTS_DIR") or Path.home() / ".cache" / "chat-studio-clients")


@dataclass(frozen=True, slots=True)
class Client:
    """`script` says in what it is written."""

    name: str
    script: str
    packages: tuple[str, ...]

    @property
    def is_node(self) -> bool:
        return self.script.endswith(".mjs")

    def command(self) -> list[str]:
        if self.is_node:
            # Node looks for packages beside the script.
            return ["node", str(folder() / "node" / self.script)]
        return [str(folder() / "venv" / "bin" / "python"), str(HERE / "python" / self.script)]

    def is_there(self) -> bool:
        if not self.is_node:
            found = (folder() / "venv" / "lib").glob(
                f"*/site-packages/{self.name.replace('-', '_')}"
            )
            return any(found)
        modules = folder() / "node" / "node_modules"
        return bool(shutil.which("node")) and all((modules / one).is_dir() for one in self.packages)

    def run(self, url: str, command: list[str] | None = None) -> dict[str, str]:
        """What is wrong with each way; empty where it works."""
        if self.is_node:
            for script in (HERE / "node").iterdir():
                shutil.copy(script, folder() / "node")
        done = subprocess.run(
            command or self.command(),
            env={**os.environ, "V1_URL": f"{url}/v1", "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"way"')]
        if done.returncode or not told:
            raise AssertionError(f"{self.name} could not be tried:\n{done.stderr[-3000:]}")
        return {one["way"]: one["detail"] if not one["ok"] else "" for one in told}


CLIENTS = (
    Client("openai", "openai_ways.py", ("openai",)),
    Client("openai (Node)", "openai_ways.mjs", ("openai", "zod")),
    Client("langchain-openai", "langchain_ways.py", ("langchain-openai",)),
    Client("instructor", "instructor_ways.py", ("instructor",)),
    Client("pydantic-ai", "pydantic_ai_ways.py", ("pydantic-ai-slim[openai]",)),
    Client("llm", "llm_ways.py", ("llm",)),
    Client("litellm", "litellm_ways.py", ("litellm",)),
    Client("ai-sdk", "ai_sdk_ways.mjs", ("ai", "@ai-sdk/openai", "@ai-sdk/openai-compatible")),
)


def install() -> None:
    venv, node = folder() / "venv", folder() / "node"
    python = [package for one in CLIENTS if not one.is_node for package in one.packages]
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin" / "pip", "install", "--quiet", *python], check=True)
    if shutil.which("npm"):
        node.mkdir(parents=True, exist_ok=True)
        packages = {package for one in CLIENTS if one.is_node for package in one.packages}
        (node / "package.json").write_text('{"private": true}')
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent", *sorted(packages)]
        subprocess.run(npm, cwd=node, check=True)


def table(found: Mapping[str, Mapping[str, str]]) -> str:
    """Clients × ways: `yes`, `NO`, or nothing where a client has no such way."""
    ways = list(dict.fromkeys(way for told in found.values() for way in told))
    rows = [["way", *found], ["---"] * (len(found) + 1)]
    for way in ways:
        cells = ("" if way not in told else "NO" if told[way] else "yes" for told in found.values())
        rows.append([way, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
