from conversations.models.conversation import Conversation
from conversations.models.generation import Generation, ServerProcess, ToolCall
from conversations.models.memory import HistorySummary, Memory
from conversations.models.message import Message, MessagePart, Status
from conversations.models.prompt_profile import PromptProfile
from conversations.models.tag import ConversationTag, Tag
from conversations.models.transfer import ImportedConversation, ImportRun

__all__ = [
    "Conversation",
    "ConversationTag",
    "Generation",
    "HistorySummary",
    "ImportRun",
    "ImportedConversation",
    "Memory",
    "Message",
    "MessagePart",
    "PromptProfile",
    "ServerProcess",
    "Status",
    "Tag",
    "ToolCall",
]
