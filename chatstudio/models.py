import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.http import HttpRequest

from chatstudio.base.http import client_address
from chatstudio.base.quick_rows import KeptQuery
from chatstudio.base.text import clean_text

if TYPE_CHECKING:
    PeopleManager = UserManager["User"]
else:
    PeopleManager = UserManager


class People(PeopleManager):
    """The first administrator takes the local person's place, so that what was written without
    accounts stays theirs, whether made by the set-up page or by `manage.py createsuperuser`."""

    use_in_migrations = False

    def with_password(self) -> "models.QuerySet[User]":
        """Whoever can sign in, or could while active. A password that begins with ! is none."""
        return self.exclude(password="").exclude(password__startswith="!")  # noqa: S106

    def local_person(self) -> "User":
        """The one person of local mode, made on the first visit."""
        person = LOCAL.first()
        if person is None:
            person, _ = self.get_or_create(
                is_local=True,
                defaults={
                    "username": self.model.LOCAL,
                    "password": make_password(None),
                    "is_staff": True,
                    "is_superuser": True,
                },
            )
        return person

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra_fields: object,
    ) -> "User":
        with transaction.atomic():
            local = self.select_for_update().filter(is_local=True).first()
            if local is None:
                extra_fields.setdefault("is_local", True)
            elif not self.with_password().exists():
                return self._promote(local, username, email, password)
            return super().create_superuser(username, email, password, **extra_fields)

    def _promote(
        self, local: "User", username: str, email: str | None, password: str | None
    ) -> "User":
        local.username = self.model.normalize_username(username)
        local.email = self.normalize_email(email)
        local.is_staff = local.is_superuser = local.is_active = True
        local.set_password(password)
        local.save()
        return local


class User(AbstractUser):
    """A person. On a machine of one's own there is one, the local person, without a password.

    `is_local` stays with that row when it becomes the first administrator's account: back in
    local mode, the person at the machine finds the same conversations.
    """

    LOCAL = "local"

    is_local = models.BooleanField(default=False, editable=False)
    awaits_approval = models.BooleanField(default=False, editable=False)
    # The model for new chats that this person chose; empty means LLM_DEFAULT_MODEL.
    default_model_name = models.CharField(max_length=255, blank=True, editable=False)
    default_server = models.CharField(max_length=255, blank=True, editable=False)
    # Who set this password, if somebody else did: told once, when the person has signed in.
    password_set_by = models.CharField(max_length=150, blank=True, editable=False)

    objects: ClassVar[People] = People()

    came_with: "ApiKey | None" = None
    """The key that this request came with; no column."""

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["is_local"], condition=models.Q(is_local=True), name="one_local_person"
            )
        ]

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.is_staff and self.is_superuser


LOCAL = KeptQuery(lambda: User.objects.filter(is_local=True))
"""Asked with every request."""


class Invitation(models.Model):
    """Lets one person make an account. Of the link's token only the hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="invitations_made",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.note or f"Invitation of {self.created_at:%Y-%m-%d}"


class ApiKey(models.Model):
    """Lets a program act for its owner, within its scopes. The key itself is shown once; of it
    only a hash is kept, and its beginning, by which the owner recognises it.

    `turns_at_once` and `turns_per_minute` are this key's share of its owner's limits; None leaves
    the owner's alone. `last_used_at` is exact to a minute.
    """

    NAME_LENGTH = 80

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    beginning = models.CharField(max_length=16, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    may_read = models.BooleanField(default=True)
    may_chat = models.BooleanField(default=True)
    may_manage = models.BooleanField(default=False)
    turns_at_once = models.PositiveSmallIntegerField(null=True, blank=True)
    turns_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(may_read=True)
                | models.Q(may_chat=True)
                | models.Q(may_manage=True),
                name="api_key_has_a_scope",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> list[str]:
        """Of `read`, `chat` and `manage`, those that it has."""
        return [name for name in ("read", "chat", "manage") if getattr(self, f"may_{name}")]


class SignInAttempt(models.Model):
    """How often signing in has failed from an address, or for a name from an address: see
    accounts.attempts. `key` is a hash, as a mistyped name is often a password."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} until {self.blocked_until:%c}"


class AuditEntries(models.Manager["AuditEntry"]):
    def note(
        self, request: HttpRequest | None, action: str, subject: str = "", detail: str = ""
    ) -> "AuditEntry":
        """Who asks, from where, does this to what. `subject` names a row or a model. Without a
        request it is somebody at the server's console."""
        user = request.user if request else None
        person = user if isinstance(user, User) else None
        return self.create(
            person_id=person.pk if person else None,
            person_name=person.username if person else "",
            action=action,
            subject=subject[:255],
            detail=clean_text(detail)[:500],
            address=client_address(request)[:64] if request else "console",
        )


class AuditEntry(models.Model):
    """What somebody did with a right that others lack. Written once, never changed; the name
    stays readable when the account is gone."""

    class Action(models.TextChoices):
        CONTENT_READ = "content_read", "Read what somebody wrote"
        RIGHT_GIVEN = "right_given", "Gave the right to read what people wrote"
        RIGHT_TAKEN = "right_taken", "Took the right to read what people wrote"
        MODEL_FETCHED = "model_fetched", "Fetched a model"
        MODEL_REMOVED = "model_removed", "Removed a model"
        KEY_MADE = "key_made", "Made an API key"
        KEY_REVOKED = "key_revoked", "Revoked an API key"
        PASSWORD_SET = "password_set", "Set somebody else's password"
        ACCOUNT_MADE = "account_made", "Made an account"
        RENAMED = "renamed", "Changed an account's name"
        ADMINISTRATOR_MADE = "administrator_made", "Made somebody an administrator"
        ADMINISTRATOR_UNMADE = "administrator_unmade", "Made an administrator none"
        RIGHTS_CHANGED = "rights_changed", "Changed groups or permissions"
        ACTIVATED = "activated", "Activated an account"
        DEACTIVATED = "deactivated", "Deactivated an account"
        INVITED = "invited", "Made an invitation"
        INVITATION_REVOKED = "invitation_revoked", "Revoked an invitation"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )
    person_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=32, choices=Action)
    subject = models.CharField(max_length=255, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AuditEntries] = AuditEntries()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.person_name}: {self.get_action_display()}"
