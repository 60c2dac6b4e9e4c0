"""Alice owns, Bob does not, Carol is the administrator; each in a browser of their own."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.test import Client, override_settings

from chatstudio.accounts import installed
from chatstudio.models import User
from conftest import HERE

PASSWORD = "four quiet words here"

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
