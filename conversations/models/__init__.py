from conversations.models.conversation import Conversation
from conversations.models.data_source import DataSource
from conversations.models.feedback import Feedback
from conversations.models.generation import Generation, ServerProcess, ToolCall
from conversations.models.memory import HistorySummary, Memory
from conversations.models.message import Message, MessagePart, Status
from conversations.models.model_order import ModelOrder
from conversations.models.prompt_profile import PromptProfile, PromptProfileVersion

__all__ = [
    "Conversation",
    "DataSource",
    "Feedback",
    "Generation",
    "HistorySummary",
    "Memory",
    "Message",
    "MessagePart",
    "ModelOrder",
    "PromptProfile",
    "PromptProfileVersion",
    "ServerProcess",
    "Status",
    "ToolCall",
]
