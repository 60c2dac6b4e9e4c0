import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.features.exchange.people import person_named
from conversations.features.exchange.values import Unreadable
from conversations.features.prompt_profiles.section import import_profiles


class Command(BaseCommand):
    help = "Imports prompt profiles from a file of Chat Studio's own format."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", help="whose profiles they become, by name")
        parser.add_argument("--shared", action="store_true", help="for everybody instead")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = None if options["shared"] else person_named(options["user"])
        try:
            with options["file"].open("rb") as file:
                outcomes = list(import_profiles(owner, file, write=not options["dry_run"]))
        except (OSError, Unreadable) as error:
            raise CommandError(str(error), returncode=2) from error
        for kind, reason in outcomes:
            self.stdout.write(f"  {kind:<9} {reason}")
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing has been written.")
        sys.exit(int(any(kind == "failed" for kind, _ in outcomes)))
