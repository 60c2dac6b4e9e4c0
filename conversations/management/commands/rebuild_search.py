import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chatstudio.base.words import count_of, group_digits
from conversations.features.search import index


class Command(BaseCommand):
    help = "Builds the search index anew from the messages. The server may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say what is wrong; exits with 1 if anything"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            problems = index.index_problems(thorough=True)
            self.stdout.write("\n".join(problems) or "The search index is right.")
            sys.exit(1 if problems else 0)
        count = index.rebuild(self.show if self.stdout.isatty() else None)
        self.stdout.write(f"{count_of(count, 'message is', 'messages are')} in the search index.")

    def show(self, done: int, total: int) -> None:
        self.stdout.write(
            f"\r{group_digits(done)} of {group_digits(total)}", ending="" if done < total else "\n"
        )
        self.stdout.flush()
