"""Texts as models write them, by name."""

from pathlib import Path

FOLDER = Path(__file__).parent / "data/written"
WRITTEN = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.md"))}
