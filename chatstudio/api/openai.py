"""The doors for programs that were made for OpenAI's servers."""

from django.conf import settings
from ninja import NinjaAPI

from chatstudio.api.handlers import add_handlers
from chatstudio.api.reading import Reader
from conversations.api.openai import completions, models

compatible = NinjaAPI(
    title="Chat Studio, as OpenAI's servers are asked",
    version=settings.VERSION,
    urls_namespace="openai",
    docs_url=None,
    openapi_url=None,
    parser=Reader(),
)
compatible.add_router("/models", models.router, tags=["Models"])
compatible.add_router("/chat", completions.router, tags=["Chat"])
add_handlers(compatible)
