"""What the packages of a plain installation take on the disk."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.results import Figure
from tests.servers import ROOT

LOCK = ROOT / "requirements" / "base.txt"


def run(bench: Bench) -> list[Figure]:
    """The locked packages as this environment holds them, without the tools of development."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(), re.MULTILINE)
    found = [package for name in ("pip", *names) if (package := installed(name))]
    mebibytes = sum(map(size, found)) / 2**20
    return [
        Figure("installed size", "MiB", mebibytes, target=260),
        Figure("installed packages", "", len(found), target=75),
    ]


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # for another system
        return None


def size(package: Distribution) -> int:
    paths = (Path(str(file.locate())) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
