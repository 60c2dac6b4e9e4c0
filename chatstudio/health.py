"""GET /health: database, model server and version in one glance, without secrets."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from routing.agent import service
from routing.llm.servers import detect_models


def database_state() -> dict[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM conversations_conversation LIMIT 1")
    except DatabaseError:
        return {"status": "failed", "engine": connection.vendor}
    return {"status": "ok", "engine": connection.vendor}


async def model_server_state() -> dict[str, object]:
    catalogue = await detect_models()
    return {
        "status": "ok" if catalogue.models else "unavailable",
        "models": len(catalogue.models),
        "problems": [error.code for error in catalogue.errors],
    }


def agent_state() -> dict[str, str]:
    """As the settings say; the agent is not asked, since only a message would show whether it is
    well."""
    if not settings.ZAIN_AGENT_URL.strip():
        return {"status": "not configured"}
    status = "misconfigured" if service.problem() else "configured"
    return {"status": status, "protocol": settings.ZAIN_AGENT_PROTOCOL}


@login_not_required
@require_safe
async def health(request: HttpRequest) -> JsonResponse:
    database = await sync_to_async(database_state)()
    healthy = database["status"] == "ok"
    body = {
        "status": "ok" if healthy else "failed",
        "version": settings.VERSION,
        "database": database,
        "model_server": await model_server_state(),
        "agent": agent_state(),
    }
    return JsonResponse(body, status=200 if healthy else 503)
