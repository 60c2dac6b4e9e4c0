"""Everything that can be configured, read from the environment (and an optional .env) here alone.

Each name read below stands in .env.example with its default. Values that cannot be right are
reported by the checks in `chatstudio.checks`, with an id and a hint, not by a traceback here.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.utils.csp import CSP

from chatstudio.accounts import installed
from chatstudio.base.private_files import keep_private
from chatstudio.base.secret_key import load_or_create
from chatstudio.environment import (
    ENVIRONMENT_PROBLEMS,
    env,
    machine_time_zone,
    name_and_url,
    names,
    number,
    one_of,
    read,
    sub_path,
    switch,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

env.read_env(os.environ.get("ENV_FILE", str(BASE_DIR / ".env")))

# Where things are
DATA_DIR = Path(read(env.str, "DATA_DIR", "") or BASE_DIR / "data")
keep_private(DATA_DIR)
HOST = read(env.str, "HOST", "127.0.0.1")
PORT = read(env.int, "PORT", 8000)
DEBUG = read(switch, "DEBUG", False)
LOG_LEVEL = one_of(
    "LOG_LEVEL",
    read(env.str, "LOG_LEVEL", "INFO").upper(),
    ("DEBUG", "INFO", "WARNING", "ERROR"),
    "INFO",
)
TIME_ZONE = one_of(
    "TIME_ZONE",
    read(env.str, "TIME_ZONE", "") or machine_time_zone(),
    available_timezones() | {"UTC"},
    "UTC",
)
SECRET_KEY = read(env.str, "SECRET_KEY", "") or load_or_create(DATA_DIR / "secret_key")

# People: without accounts one local person and no sign-in, with accounts everybody signs in.
AUTH_MODE = one_of("AUTH_MODE", read(env.str, "AUTH_MODE", "local"), ("local", "accounts"), "local")
SIGN_UP = one_of(
    "SIGN_UP", read(env.str, "SIGN_UP", "closed"), ("closed", "invitation", "approval"), "closed"
)
HTTPS_ONLY = read(switch, "HTTPS_ONLY", False)
HSTS_SECONDS = read(env.int, "HSTS_SECONDS", 2592000)
TRUST_PROXY = read(switch, "TRUST_PROXY", False)
BASE_PATH = read(sub_path, "BASE_PATH", "")

# Models
LLM_BASE_URL = read(env.str, "LLM_BASE_URL", "http://localhost:11434")
LLM_API_KEY = read(env.str, "LLM_API_KEY", "").strip()
LLM_DEFAULT_MODEL = read(env.str, "LLM_DEFAULT_MODEL", "")
LLM_MODELS: list[str] = read(names, "LLM_MODELS", [])
LLM_CA_FILE = read(env.str, "LLM_CA_FILE", "").strip()
LLM_PROXY = read(env.str, "LLM_PROXY", "").strip()
LLM_DETECT_SECONDS = read(number, "LLM_DETECT_SECONDS", 10.0)
LLM_TIMEOUT_SECONDS = read(number, "LLM_TIMEOUT_SECONDS", 60.0)
LLM_LOAD_TIMEOUT_SECONDS = read(number, "LLM_LOAD_TIMEOUT_SECONDS", 600.0)
DEMO_MODEL_URL = read(env.str, "DEMO_MODEL_URL", "")
MEMORY_ENABLED = read(switch, "MEMORY_ENABLED", True)
TOOL_ROUNDS = read(env.int, "TOOL_ROUNDS", 8)
TOOL_SECONDS = read(number, "TOOL_SECONDS", 120.0)
TOOL_SHARE = read(number, "TOOL_SHARE", 0.25)
TOOLS_BY_PROMPT = read(switch, "TOOLS_BY_PROMPT", True)
WEB_FETCH_ENABLED = read(switch, "WEB_FETCH_ENABLED", False)
TURNS_AT_ONCE = read(env.int, "TURNS_AT_ONCE", 4)
TURNS_PER_MINUTE = read(env.int, "TURNS_PER_MINUTE", 60)
MAX_ANSWER_KB = read(env.int, "MAX_ANSWER_KB", 2000)
MAX_ATTACHMENT_MB = read(env.int, "MAX_ATTACHMENT_MB", 25)
MAX_IMPORT_MB = read(env.int, "MAX_IMPORT_MB", 300)

# Zain Agent, an agent outside of Chat Studio
ZAIN_AGENT_URL = read(env.str, "ZAIN_AGENT_URL", "")
ZAIN_AGENT_API_KEY = read(env.str, "ZAIN_AGENT_API_KEY", "")
ZAIN_AGENT_PROTOCOL = one_of(
    "ZAIN_AGENT_PROTOCOL",
    read(env.str, "ZAIN_AGENT_PROTOCOL", "openai"),
    ("openai", "webhook"),
    "openai",
)
ZAIN_AGENT_TIMEOUT_SECONDS = read(number, "ZAIN_AGENT_TIMEOUT_SECONDS", 120.0)
ZAIN_AGENT_LABEL = read(env.str, "ZAIN_AGENT_LABEL", "Zain Agent")
ZAIN_AGENT_FALLBACK = read(switch, "ZAIN_AGENT_FALLBACK", False)
# Data that people ask by SQL, and the model that writes it (empty: the one that answers).
SQL_MODEL = read(env.str, "SQL_MODEL", "")
DATA_FILE_MAX_MB = read(env.int, "DATA_FILE_MAX_MB", 1000)
DATA_POSTGRES_URLS: dict[str, str] = read(name_and_url, "DATA_POSTGRES_URLS", dict[str, str]())

# Tools of MCP servers: a JSON file in the usual mcpServers shape.
MCP_CONFIG = read(env.str, "MCP_CONFIG", "")
# Metrics. The SDK of OpenTelemetry reads its variables itself; this one also says if it is wanted.
METRICS_TOKEN = read(env.str, "METRICS_TOKEN", "")
OTEL_TRACES_EXPORTER = read(env.str, "OTEL_TRACES_EXPORTER", "none")

# Rows
DATABASE_URL = read(env.str, "DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'chat-studio.sqlite3'}"


def database(url: str) -> dict[str, object]:
    config: dict[str, object] = dict(environ.Env.db_url_config(url))
    if str(config.get("ENGINE")).endswith("sqlite3"):
        config["ENGINE"] = "chatstudio.base.sqlite"
        # IMMEDIATE: a transaction that starts as a reader and then writes fails at once when
        # another writer is busy, whatever the timeout; one that starts as a writer waits.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        config["CONN_MAX_AGE"] = 0
    return config


try:
    if urlsplit(DATABASE_URL).scheme not in ("sqlite", "postgres", "postgresql"):
        raise ValueError("it starts with sqlite:/// or postgres://")
    DATABASES = {"default": database(DATABASE_URL)}
except ValueError as error:  # also a port that is none
    ENVIRONMENT_PROBLEMS.append(("DATABASE_URL", str(error)))
    DATABASES = {"default": database(f"sqlite:///{DATA_DIR / 'chat-studio.sqlite3'}")}
# Several server processes act as one where they share this, DATABASE_URL and SECRET_KEY.
REDIS_URL = read(env.str, "REDIS_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "chatstudio.User"

# Daphne's Twisted would load OpenSSL, six megabytes for good; HTTPS ends at a proxy in front.
sys.modules.setdefault("OpenSSL", None)  # type: ignore[arg-type]

INSTALLED_APPS = [
    "daphne",
    "chatstudio.accounts.apps.StudioAdminConfig",
    "chatstudio",  # before the authentication, two commands of which it notes
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_htmx",
    "metrics",
    "conversations",
    "routing",
]

MIDDLEWARE = [
    "chatstudio.middleware.OurAnswersMiddleware",
    "chatstudio.middleware.ApiErrorsMiddleware",
    "chatstudio.middleware.LocalOnlyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "chatstudio.middleware.StaticFilesMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chatstudio.middleware.LocalPersonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "chatstudio.urls"
ASGI_APPLICATION = "chatstudio.asgi.application"

context_processors = [
    "django.template.context_processors.request",
    "chatstudio.views.appearance",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "chatstudio.base.lean_templates.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": context_processors,
            "builtins": [
                "django.templatetags.static",
                "chatstudio.base.template_tags",
            ],
        },
    },
]

if AUTH_MODE == "accounts":
    INSTALLED_APPS += installed.APPS
    MIDDLEWARE = installed.middleware(MIDDLEWARE)
    ROOT_URLCONF = "chatstudio.urls_with_accounts"
    context_processors += installed.CONTEXT_PROCESSORS

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "chatstudio.static_files.StaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Who may come in. Bound to loopback, one local person: names of this machine only, cookie names
# of our own (cookies are shared by all ports of a host), and no framing, sniffing or referrers.
ALLOWED_HOSTS = read(env.list, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = read(env.list, "CSRF_TRUSTED_ORIGINS", [])
CSRF_COOKIE_NAME = "chatstudio_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "chatstudio.views.csrf_failure"
CSRF_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_NAME = "chatstudio_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS_ONLY
MESSAGE_STORAGE = (
    "django.contrib.messages.storage.session.SessionStorage"
    if AUTH_MODE == "accounts"
    else "django.contrib.messages.storage.cookie.CookieStorage"
)
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "chat"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# HTTPS ends at a proxy, whose word counts only where the settings say that there is one.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"(?:^|/)health$"]
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS_ONLY else 0
# Whether a domain's other hosts have HTTPS, and whether browsers shall know it in advance, is not
# for a chat server to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if AUTH_MODE == "local":
    # The administration needs neither sessions nor signing in, and gets the person and its messages
    # from its own site (accounts.admin_site): no middleware, so no other page pays.
    SILENCED_SYSTEM_CHECKS += [f"admin.E{n}" for n in (402, 404, 406, 408, 409, 410)]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The longest message (conversations.forms), where each character takes twelve bytes in a form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "chatstudio.base.log_lines.RefusalsInOneLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "chatstudio": {"level": LOG_LEVEL},
        "conversations": {"level": LOG_LEVEL},
        "routing": {"level": LOG_LEVEL},
        "metrics": {"level": LOG_LEVEL},
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
    },
}
