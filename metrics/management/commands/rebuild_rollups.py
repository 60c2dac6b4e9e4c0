from django.core.management.base import BaseCommand

from chatstudio.base.words import count_of
from metrics import rollups


class Command(BaseCommand):
    help = "Makes the dashboard's daily figures anew from the metrics of each answer."

    def handle(self, *args: object, **options: object) -> None:
        days = counted = 0
        for _, metrics in rollups.rebuild():
            days, counted = days + 1, counted + metrics
        self.stdout.write(f"{count_of(counted, 'metric')} of {count_of(days, 'day')} counted.")
