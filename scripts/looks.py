"""A contact sheet of every state of every page: `.venv/bin/python -m scripts.looks OUT`.

The states are those that axe looks at (tests/browser/test_axe.py). Each is built once and pictured
in every width and theme; OUT/index.html shows them side by side, with `--beside EARLIER` each under
the one of an earlier run. `--only PATTERN` takes the states whose names match.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

from playwright.sync_api import Error, Page, expect, sync_playwright

from scripts.programs import find_chromium
from tests.browser.conftest import stop_what_runs
from tests.browser.test_axe import STATES, Visit, bring_into_sight
from tests.servers import FakeModels, Studio

WIDTHS = (1440, 1280, 1024, 768, 390)
SCHEMES = ("light", "dark")
SHEET = """<!doctype html><meta charset="utf-8"><title>Looks</title>
<style>body {{ font: 14px sans-serif }} figure {{ display: inline-block; margin: 8px }}
img {{ display: block; height: 360px; border: 1px solid #999; margin-block: 4px }}</style>
{}"""


@contextmanager
def running() -> Iterator[Studio]:
    data_dir = Path(tempfile.mkdtemp())
    models = FakeModels("--load-seconds", "60")
    studio = Studio(data_dir, models.url)
    try:
        studio.run("serve", "--prepare-only", "--model", "none")
        studio.run("seed_demo")
        yield studio.start()
        studio.close()
    finally:
        models.close()
        shutil.rmtree(data_dir, ignore_errors=True)


def name_of(visit: Visit) -> str:
    return visit.__name__.replace("/", " ").strip().replace(" ", "-")


def take_pictures(
    page: Page, visit: Visit, studio: Studio, widths: Sequence[int]
) -> Iterator[tuple[str, bytes]]:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{studio.url}/chat/")
    shown = visit(page, studio)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844 if width < 700 else 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            for each in shown:
                bring_into_sight(page, each)
            yield f"{name_of(visit)}-{width}-{scheme}.png", page.screenshot()


def visit_all(out: Path, pattern: str, widths: Sequence[int]) -> list[str]:
    """The states that could not be built, with the reason."""
    failed = []
    expect.set_options(timeout=20_000)
    with running() as studio, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for visit in (one for one in STATES if re.search(pattern, name_of(one))):
            page = browser.new_page(reduced_motion="reduce")
            try:
                for name, picture in take_pictures(page, visit, studio, widths):
                    (out / name).write_bytes(picture)
                stop_what_runs(page, studio)
            except (AssertionError, Error) as error:
                failed.append(f"{name_of(visit)}: {str(error).splitlines()[0]}")
            page.close()
        browser.close()
    return failed


def write_sheet(out: Path, beside: Path | None) -> None:
    figures = []
    for picture in sorted(out.glob("*.png")):
        files = [picture, *([beside / picture.name] if beside else [])]
        images = "".join(
            f'<img loading="lazy" alt="" src="{escape(os.path.relpath(file, out))}">'
            for file in files
            if file.exists()
        )
        figures.append(f"<figure>{images}<figcaption>{escape(picture.stem)}</figcaption></figure>")
    (out / "index.html").write_text(SHEET.format("\n".join(figures)), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Picture every state of every page.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", metavar="PATTERN")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    parser.add_argument("--beside", type=Path, metavar="EARLIER")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    failed = visit_all(options.out, options.only, [int(one) for one in options.widths.split(",")])
    write_sheet(options.out, options.beside)
    print(*failed, sep="\n", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
