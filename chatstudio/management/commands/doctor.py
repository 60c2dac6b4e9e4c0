import sys

from django.core.management.base import BaseCommand, CommandParser

from chatstudio.doctor.examine import examine
from chatstudio.doctor.findings import Line, has_failed
from chatstudio.doctor.report import as_json, summary, words


class Command(BaseCommand):
    help = "Says whether everything is well, and for what is not the next step to take."
    requires_system_checks: list[str] = []  # they are among the findings

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: object, **options: object) -> None:
        lines = list(examine()) if options["json"] else self.tell(bool(options["no_color"]))
        if options["json"]:
            self.stdout.write(as_json(lines))
        if has_failed(lines):
            sys.exit(1)

    def tell(self, plain: bool) -> list[Line]:
        """Each line as soon as it is known: a model may take a while to load."""
        coloured = self.stdout.isatty() and not plain
        lines = []
        for line in examine():
            lines.append(line)
            self.stdout.write(words(line, coloured))
            self.stdout.flush()
        self.stdout.write(summary(lines))
        return lines
