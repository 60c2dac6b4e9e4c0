import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatstudio.base.words import group_digits
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.importing import Outcome
from conversations.features.exchange.people import person_named
from conversations.features.exchange.progress import ProgressLine
from conversations.features.exchange.runs import KINDS, Heard, Tally, run_import
from conversations.models import ImportRun


class Command(BaseCommand):
    help = (
        "Imports conversations from a file of Chat Studio, ChatGPT, Claude, Open WebUI, LibreChat "
        "or ChatbotUI. Exit code 0: all went in, 1: some failed, 2: the file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file, or the ZIP that it came in")
        parser.add_argument("--user", help="whose conversations they become, by name")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        owner, dry_run = person_named(options["user"]), options["dry_run"]
        run = None if dry_run else ImportRun.objects.create(owner=owner, file_name=path.name[:255])
        line = ProgressLine(sys.stderr)
        if options["verbosity"] == 0:
            line.is_shown = False
        try:
            tally = run_import(
                owner, path, run, dry_run=dry_run, heard=self.say(line), looked=line.show
            )
        except KeyboardInterrupt:
            line.clear()
            self.stderr.write("Interrupted. Start it again to go on: what is done stays done.")
            sys.exit(130)
        line.clear()
        self.sum_up(tally, dry_run)
        sys.exit(tally.exit_code)

    def say(self, line: ProgressLine) -> Heard:
        def heard(outcome: Outcome) -> None:
            if outcome.kind == "unchanged" and not outcome.reason:
                return
            line.clear()
            where = f" ({outcome.where})" if outcome.kind == "failed" else ""
            reason = f": {outcome.reason}" if outcome.reason else ""
            title = outcome.title or "Without a title"
            self.stdout.write(f"  {outcome.kind:<9} {title}{where}{reason}")

        return heard

    def sum_up(self, tally: Tally, dry_run: bool) -> None:
        if tally.error:
            self.stderr.write(tally.error)
        counts = ", ".join(f"{group_digits(tally.counts[kind])} {kind}" for kind in KINDS)
        labels = ", ".join(FORMATS[name].label for name in tally.formats if name in FORMATS)
        self.stdout.write(f"{labels or 'Nothing'}: {counts}.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing has been written.")
