from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.features.exchange.people import person_named
from metrics.demo import seeding


class Command(BaseCommand):
    help = "Adds a set of conversations and figures to look at; --remove takes it away again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="whose conversations they become, by name")
        parser.add_argument("--remove", action="store_true", help="remove the set, and only it")

    def handle(self, *, user: str | None, remove: bool, **options: object) -> None:
        owner = person_named(user)
        if remove:
            said = "Removed"
            counts = seeding.remove(owner)
        elif seeding.is_seeded(owner):
            raise CommandError("The demo set is there already. Remove it first with --remove.")
        else:
            said = "Added"
            counts = seeding.seed(owner)
        self.stdout.write(f"{said}: {counts[0]} conversations, {counts[1]} metrics.")
