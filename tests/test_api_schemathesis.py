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

import pytest

from chatstudio.api.documents import APIS, Api
from tests.servers import ROOT, Studio

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
REACHES_OUT = "pull|restart"
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


def told(folder: Path) -> str:
    """Doors that no request got through, so that this test says little about them."""
    counts = json.loads((folder / STATUSES).read_text())
    opened = {door for door, status, _ in counts if status < 300}
    closed = sorted({door for door, _, _ in counts} - opened)
    return f"{len(opened)} doors opened; never did: {', '.join(closed) or 'none'}"


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_the_api_is_as_its_document_says(api: Api, fresh_studio, tmp_path) -> None:
    studio: Studio = fresh_studio("echo:")
    found = schemathesis(studio.url + api.address, tmp_path, OPTIONS)
    print(found.stdout[-6000:], found.stderr[-2000:], told(tmp_path), sep="\n")
    assert found.returncode == 0
    assert studio.failures() == []
