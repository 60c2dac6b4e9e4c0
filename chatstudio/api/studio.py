"""The doors for programs that do what a person does on the pages."""

from django.conf import settings
from ninja import NinjaAPI

from chatstudio.api.handlers import add_handlers
from chatstudio.api.reading import Reader
from chatstudio.mcp import api as mcp
from conversations.api import (
    answers,
    approvals,
    attachments,
    conversation_settings,
    conversations,
    data,
    llm,
    memories,
    models,
    prompt_profiles,
    search,
    tags,
    transfer,
    turns,
)
from metrics.api import doors as metrics

studio = NinjaAPI(
    title="Chat Studio",
    version=settings.VERSION,
    urls_namespace="studio",
    docs_url=None,
    openapi_url=None,
    parser=Reader(),
)
studio.add_router("/chat/ui/conversations", conversations.router, tags=["Conversations"])
studio.add_router("/chat/ui", turns.router, tags=["Messages and answers"])
studio.add_router("/chat/ui", answers.router, tags=["Messages and answers"])
studio.add_router("/chat/ui", approvals.router, tags=["Approvals"])
studio.add_router("/chat/ui", attachments.router, tags=["Attachments"])
studio.add_router("/chat/ui", conversation_settings.router, tags=["Conversations"])
studio.add_router("/chat/ui", tags.router, tags=["Conversations"])
studio.add_router("/chat/ui", memories.router, tags=["Memories"])
studio.add_router("/chat/ui", prompt_profiles.router, tags=["Prompt profiles"])
studio.add_router("/chat/ui", search.router, tags=["Search"])
studio.add_router("/chat/ui", models.router, tags=["Models"])
studio.add_router("/llm/models", llm.router, tags=["Models"])
studio.add_router("/chat/ui/metrics", metrics.router, tags=["Metrics"])
studio.add_router("/chat/ui/data", data.router, tags=["Data"])
studio.add_router("/chat/ui", transfer.router, tags=["Import and export"])
studio.add_router("/chat/ui/mcp", mcp.router, tags=["MCP servers"])
add_handlers(studio)
