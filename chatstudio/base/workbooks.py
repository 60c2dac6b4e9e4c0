"""What openpyxl does not tell of an Excel workbook: formulas whose results are not in the file,
as where a program wrote it that does not calculate."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from chatstudio.base.words import count_of, noun

SHEETS = "xl/worksheets/"


def formulas_without_results(workbook: Path) -> Iterator[str]:
    """A sentence, if there are any."""
    count = 0
    try:
        with ZipFile(workbook) as archive:
            for name in archive.namelist():
                if name.startswith(SHEETS) and name.endswith(".xml"):
                    with archive.open(name) as sheet:
                        counting = _Counting()
                        counting.parser.ParseFile(sheet)
                        count += counting.count
    except (BadZipFile, ExpatError, OSError, ValueError):  # whoever reads the cells will say it
        return
    if count:
        has = noun(count, "has no result", "have no results")
        yield (
            f"{count_of(count, 'formula')} {has} in this file, so the cells are empty. "
            "Open it in Excel or LibreOffice, save it, and add it again."
        )


class _Counting:
    def __init__(self) -> None:
        self.count = 0
        self.has_formula = self.has_value = False
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.add
        self.parser.EntityDeclHandler = _refuse
        self.inside = ""

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.has_formula = self.has_value = False
        elif name == "f":
            self.has_formula = True
        elif name in ("v", "t"):
            self.inside = name

    def add(self, _: str) -> None:
        self.has_value = self.has_value or bool(self.inside)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self.inside = "" if name in ("v", "t") else self.inside
        if name == "c" and self.has_formula and not self.has_value:
            self.count += 1


def _refuse(*_: object) -> None:
    raise ValueError("a sheet declares no entities")
