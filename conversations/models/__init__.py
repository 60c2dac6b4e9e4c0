from conversations.models.attachment import Attachment
from conversations.models.conversation import Conversation
from conversations.models.data_source import DataSource
from conversations.models.feedback import Feedback
from conversations.models.generation import Generation, ServerProcess, ToolCall
from conversations.models.memory import HistorySummary, Memory
from conversations.models.message import Message, MessagePart, Status
from conversations.models.model_order import ModelOrder
from conversations.models.prompt_profile import PromptProfile, PromptProfileVersion
from conversations.models.tag import ConversationTag, Tag
from conversations.models.transfer import ImportedConversation, ImportRun

__all__ = [
    "Attachment",
    "Conversation",
    "ConversationTag",
    "DataSource",
    "Feedback",
    "Generation",
    "HistorySummary",
    "ImportRun",
    "ImportedConversation",
    "Memory",
    "Message",
    "MessagePart",
    "ModelOrder",
    "PromptProfile",
    "PromptProfileVersion",
    "ServerProcess",
    "Status",
    "Tag",
    "ToolCall",
]
