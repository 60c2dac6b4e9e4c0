"""Alice owns, Bob does not, Carol is the administrator; each in a browser of their own."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from chatstudio import keys as api_keys
from chatstudio.accounts import installed, invitations
from chatstudio.models import User
from conftest import HERE
from conversations.features.files.tests.rows import attached
from conversations.features.memories import service as memories
from conversations.features.prompt_profiles.saving import save_profile
from conversations.models import Conversation, ImportRun
from conversations.tests.rows import (
    conversation_of,
    order_of,
    profile_of,
    say,
    source_of,
    turn_in,
    waiting_call,
)
from metrics.tests.made import measured, receipt_of

PASSWORD = "four quiet words here"
SECRET = "what only Alice may read"

type Browser = Callable[[User], Client]


@pytest.fixture(autouse=True, scope="module")
def accounts_mode(django_db_setup: None) -> Iterator[None]:
    """For whole modules, so that a test's rows are removed while its tables are still known."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] += installed.CONTEXT_PROCESSORS
    with override_settings(
        AUTH_MODE="accounts",
        INSTALLED_APPS=[*settings.INSTALLED_APPS, *installed.APPS],
        MIDDLEWARE=installed.middleware(settings.MIDDLEWARE),
        ROOT_URLCONF="chatstudio.urls_with_accounts",
        TEMPLATES=templates,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture
def carol(db: None) -> User:
    return User.objects.create_superuser("carol", password=PASSWORD)


@pytest.fixture
def alice(carol: User) -> User:
    return User.objects.create_user("alice", password=PASSWORD)


@pytest.fixture
def bob(carol: User) -> User:
    return User.objects.create_user("bob", password=PASSWORD)


@pytest.fixture
def signed_in() -> Browser:
    def browser(person: User) -> Client:
        client = Client(**HERE)
        client.force_login(person)
        return client

    return browser


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": name, "password": password}, **more)


@pytest.fixture
def keys(alice: User, bob: User, carol: User, settings) -> dict[str, str]:
    """What the samples' placeholders mean. Every row of Alice's has the secret in it."""
    settings.SIGN_UP = "invitation"
    conversation = conversation_of(alice, title=SECRET)
    answer = turn_in(conversation, SECRET, SECRET)
    say(conversation, "assistant", SECRET, parent=answer.parent)
    measured(alice, receipt=receipt_of(profile=SECRET))
    deleted = conversation_of(alice, title=SECRET)
    Conversation.objects.filter(id=deleted.id).update(deleted_at=timezone.now())
    memory, source = memories.remember(alice, SECRET), source_of(alice, SECRET)
    run = ImportRun.objects.create(owner=alice, file_name=SECRET, status="done")
    key, _ = api_keys.make(alice, SECRET, ["read"])
    return {
        "alice": str(alice.pk),
        "conversation": str(conversation.public_id),
        "message": str(answer.public_id),
        "question": str(answer.parent.public_id),
        "deleted": str(deleted.public_id),
        "run": str(run.public_id),
        "profile": str(save_profile(profile_of(alice, SECRET), alice).public_id),
        "attachment": str(attached(alice, SECRET, answer.parent, name=SECRET).public_id),
        "draft": str(attached(alice, SECRET, name=SECRET).public_id),
        "call": str(waiting_call(answer, SECRET).public_id),
        "memory": str(memory.public_id),
        "memory_row": str(memory.pk),
        "key": str(key.public_id),
        "key_row": str(key.pk),
        "source": str(source.public_id),
        "source_row": str(source.pk),
        "conversation_row": str(conversation.pk),
        "message_row": str(answer.pk),
        "shared_profile_row": str(profile_of(None).pk),
        "order": str(order_of(carol, "llama3.2").public_id),
        "invitation": str(invitations.make(carol, SECRET, 7)[0].public_id),
    }
