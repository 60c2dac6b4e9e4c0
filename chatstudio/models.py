from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. On a machine of one's own there is one, the local person, without a password."""

    LOCAL = "local"

    is_local = models.BooleanField(default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["is_local"], condition=models.Q(is_local=True), name="one_local_person"
            )
        ]
