import asyncio
import inspect
import os
from typing import Any

import pytest
from django.conf import settings as django_settings

if not os.environ.get("DJANGO_SETTINGS_MODULE") and not django_settings.configured:
    django_settings.configure(
        LLM_BASE_URL="echo:",
        LLM_API_KEY="",
        LLM_DEFAULT_MODEL="",
        LLM_TIMEOUT_SECONDS=60.0,
        LLM_LOAD_TIMEOUT_SECONDS=600.0,
        DEMO_MODEL_URL="",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    """A hanging test fails soon, and none reaches a server that it did not start."""
    settings.LLM_BASE_URL = "echo:"
    settings.LLM_API_KEY = ""
    settings.LLM_DEFAULT_MODEL = ""
    settings.DEMO_MODEL_URL = ""
    settings.LLM_TIMEOUT_SECONDS = 5.0
    settings.LLM_LOAD_TIMEOUT_SECONDS = 10.0
