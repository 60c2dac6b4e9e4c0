"""What takes many megabytes is imported when somebody first needs it, or in a child process."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.process

HEAVY = (
    *("duckdb", "openpyxl", "mcp", "ninja", "pydantic", "starlette", "psycopg"),
    "OpenSSL",
)


def test_a_server_starts_without_the_heavy_libraries(tmp_path) -> None:
    code = (
        "import sys, json, django; django.setup(); import chatstudio.urls; "
        f"print(json.dumps([name for name in {HEAVY!r} if sys.modules.get(name)]))"
    )
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "chatstudio.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
