"""The doors for programs that were made for OpenAI's servers."""

from chatstudio.api.handlers import make_api
from conversations.api.openai import completions, models

compatible = make_api("Chat Studio, as OpenAI's servers are asked", "openai")
compatible.add_router("/models", models.router, tags=["Models"])
compatible.add_router("/chat", completions.router, tags=["Chat"])
