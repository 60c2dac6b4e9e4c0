"""What accounts add to the applications and the middleware of local mode. No imports: the
settings read this."""

from collections.abc import Iterable

APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
]

CONTEXT_PROCESSORS = [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]

INSTEAD = {
    "chatstudio.middleware.LocalOnlyMiddleware": [],
    "chatstudio.middleware.LocalPersonMiddleware": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "chatstudio.accounts.middleware.SignInRequiredMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
}


def middleware(local: Iterable[str]) -> list[str]:
    return [name for one in local for name in INSTEAD.get(one, [one])]
