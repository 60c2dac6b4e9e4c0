"""GET /health."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_all_is_well(client) -> None:
    response = client.get("/health")
    body = response.json()
    assert response.status_code == 200
    assert body["status"] == body["database"]["status"] == body["model_server"]["status"] == "ok"
    assert body["version"]


def test_without_a_model_server_it_is_still_healthy(client, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json()["model_server"] == {
        "status": "unavailable",
        "models": 0,
        "problems": ["server_unreachable"],
    }


def test_without_its_tables_it_is_not_healthy(client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE conversations_conversation RENAME TO gone")
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["database"]["status"] == "failed"


def test_the_agent_is_told_without_its_address(client, settings) -> None:
    settings.ZAIN_AGENT_URL = ""
    assert client.get("/health").json()["agent"] == {"status": "not configured"}
    settings.ZAIN_AGENT_URL, settings.ZAIN_AGENT_PROTOCOL = "http://box:8500/hook", "webhook"
    told = client.get("/health").json()["agent"]
    assert told == {"status": "configured", "protocol": "webhook"}
    settings.ZAIN_AGENT_URL = "box"
    assert client.get("/health").json()["agent"]["status"] == "misconfigured"


def test_no_secret_is_told(client, settings) -> None:
    settings.ZAIN_AGENT_URL = "http://user:sesame@127.0.0.1:9/hook?token=mellon"
    settings.ZAIN_AGENT_API_KEY = "agent-secret"
    settings.LLM_BASE_URL = "http://user:swordfish@127.0.0.1:9"
    settings.LLM_API_KEY = "sk-secret"
    text = client.get("/health").text
    for secret in (
        "swordfish",
        "sk-secret",
        "sesame",
        "mellon",
        "agent-secret",
        settings.SECRET_KEY,
        "sqlite3",
        str(settings.BASE_DIR),
    ):
        assert secret not in text
