import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conversations.features.exchange.people import person_named
from conversations.features.prompt_profiles.section import exported_profiles


class Command(BaseCommand):
    help = "Exports prompt profiles to standard output, as lines of Chat Studio's own format."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="whose profiles, by name")
        parser.add_argument("--shared", action="store_true", help="those for everybody instead")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = None if options["shared"] else person_named(options["user"])
        sys.stdout.buffer.writelines(exported_profiles(owner))
        sys.stdout.buffer.flush()
