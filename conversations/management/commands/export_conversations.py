import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import WRITERS
from conversations.features.exchange.people import person_named


class Command(BaseCommand):
    help = "Exports a person's conversations, to standard output unless told otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(WRITERS), default="own")
        parser.add_argument("--output", type=Path, help="a file, which appears when it is complete")
        parser.add_argument("--user", help="whose conversations, by name")

    def handle(self, *args: Any, **options: Any) -> None:
        pieces = export_conversations(person_named(options["user"]), WRITERS[options["format"]])
        if options["output"] is None:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
            return
        self.write_file(options["output"], pieces)

    def write_file(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Beside its place first: an earlier export is not lost when this one does not end."""
        beside = path.with_name(f".{path.name}.part")
        try:
            with beside.open("wb") as file:
                file.writelines(pieces)
            os.replace(beside, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        finally:
            beside.unlink(missing_ok=True)
