"""An account that is saved, in the admin for example, may have lost its right to open pages."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chatstudio.accounts import open_sockets
from chatstudio.models import User


@receiver([post_save, post_delete], sender=User)
def look_at_open_sockets(**kwargs: object) -> None:
    transaction.on_commit(open_sockets.look_now)
