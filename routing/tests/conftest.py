from typing import Any

import pytest


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    """A hanging test fails soon, and none reaches a server that it did not start."""
    settings.LLM_BASE_URL = "echo:"
    settings.LLM_API_KEY = ""
    settings.LLM_DEFAULT_MODEL = ""
    settings.DEMO_MODEL_URL = settings.LLM_CA_FILE = settings.LLM_PROXY = ""
    settings.LLM_MODELS = []
    settings.LLM_DETECT_SECONDS = 10.0
    settings.LLM_TIMEOUT_SECONDS = 5.0
    settings.LLM_LOAD_TIMEOUT_SECONDS = 10.0
    settings.ZAIN_AGENT_URL = settings.ZAIN_AGENT_API_KEY = ""
    settings.ZAIN_AGENT_PROTOCOL = "openai"
    settings.ZAIN_AGENT_LABEL = "Zain Agent"
    settings.ZAIN_AGENT_TIMEOUT_SECONDS = 10.0
    settings.ZAIN_AGENT_FALLBACK = False
