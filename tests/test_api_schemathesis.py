"""The whole API, asked everything that its documents allow and much that they do not: schemathesis
against a real server. It finds no failure of the server and nothing that is not described.

Doors that change and delete are asked too, as the database is the test's own. Left out is what
would reach another machine.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

import pytest

from chatstudio.api.documents import APIS, Api
from tests.servers import ROOT, START_SECONDS, Studio

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
REACHES_OUT = "pull"
PATIENCE = 600.0
STATUSES = "statuses.json"

CODE = "from schemathesis.cli import schemathesis; schemathesis()"


def schemathesis(
    url: str, folder: Path, options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, "--no-color", "run", url, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.api_hooks"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


OPTIONS = (
    *("--phases", "examples,coverage,fuzzing", "--max-examples", "10"),
    *("--checks", ",".join(CHECKS), "--exclude-path-regex", REACHES_OUT),
    *("--generation-deterministic", "--workers", "2", "--request-timeout", "30"),
    *("--suppress-health-check", "all", "--no-shrink", "--warnings", "off"),
)


OPENED = {
    "studio": {
        "GET /api/chat/ui/conversations",
        "POST /api/chat/ui/conversations",
        "GET /api/chat/ui/conversations/{conversation_id}",
        "PATCH /api/chat/ui/conversations/{conversation_id}",
        "POST /api/chat/ui/send",
        "POST /api/chat/ui/send/stream",
        "GET /api/chat/ui/memories",
        "POST /api/chat/ui/memories",
        "GET /api/chat/ui/prompt-profiles",
        "POST /api/chat/ui/prompt-profiles",
        "GET /api/chat/ui/prompt-profiles/{prompt_profile_id}",
        "GET /api/chat/ui/search",
        "GET /api/chat/ui/models",
        "GET /api/chat/ui/profiles",
        "GET /api/chat/ui/metrics",
        "GET /api/chat/ui/metrics/rows",
        "GET /api/chat/ui/export",
    },
    "openai": {
        "GET /v1/models",
        "GET /v1/models/{model_id}",
        "POST /v1/chat/completions",
        "POST /v1/completions",
        "POST /v1/responses",
        "POST /v1/embeddings",
    },
}
"""What some request has to get through: a door that refuses everything says nothing of itself."""


def opened_and_closed(folder: Path) -> tuple[set[str], set[str]]:
    """Doors that let a request through, and those that never did."""
    counts = json.loads((folder / STATUSES).read_text())
    opened = {door for door, status, _ in counts if status < 300}
    return opened, {door for door, _, _ in counts} - opened


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_the_api_is_as_its_document_says(api: Api, fresh_studio, tmp_path) -> None:
    studio: Studio = fresh_studio("echo:")
    # The first time takes longest.
    urlopen(studio.url + api.address, timeout=START_SECONDS).close()  # noqa: S310
    found = schemathesis(studio.url + api.address, tmp_path, OPTIONS)
    print(found.stdout[-6000:], found.stderr[-2000:], sep="\n")
    opened, closed = opened_and_closed(tmp_path)
    print(f"{len(opened)} doors opened; never did: {', '.join(sorted(closed)) or 'none'}")
    assert found.returncode == 0
    assert OPENED[api.name] - opened == set()
    assert studio.failures() == []
