"""The doors for programs that do what a person does on the pages, and for those that were made for
OpenAI's servers."""

from chatstudio.api.handlers import make_api
from chatstudio.mcp import api as mcp
from conversations.api import answers, approvals, conversation_settings, conversations, tags, turns
from conversations.api.openai import completions, embeddings, text_completions
from conversations.api.openai import models as openai_models
from conversations.api.openai.responses import door as responses
from conversations.features.data import api as data
from conversations.features.exchange import api as transfer
from conversations.features.files import api as attachments
from conversations.features.memories import api as memories
from conversations.features.models_page import api as llm
from conversations.features.models_page import api_models as models
from conversations.features.prompt_profiles import api as prompt_profiles
from conversations.features.search import api as search
from metrics.api import doors as metrics

studio = make_api("Chat Studio", "studio")
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

compatible = make_api("Chat Studio, as OpenAI's servers are asked", "openai")
compatible.add_router("/models", openai_models.router, tags=["Models"])
compatible.add_router("/chat", completions.router, tags=["Chat"])
compatible.add_router("/responses", responses.router, tags=["Responses"])
compatible.add_router("/completions", text_completions.router, tags=["Chat"])
compatible.add_router("/embeddings", embeddings.router, tags=["Embeddings"])
