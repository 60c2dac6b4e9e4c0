"""What the API says of conversations and messages. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from chatstudio.base.api.schemas import Page, Success
from conversations.tool_names import LONGEST, MOST

ToolNames = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=LONGEST)]] | None,
    Field(
        None,
        max_length=MOST,
        description="Names of tools; one that is not there now may be named. Null is all that fit.",
        examples=[["calculate"]],
    ),
]


class ToolCallShape(Schema):
    """`id` names the call at the approvals' door; null for a moment, until its row is saved."""

    id: UUID | None
    call_id: str
    name: str
    arguments: dict[str, object]
    risk: str = Field(description="`reads`, `writes` or `reaches_out`; empty for an agent's tool.")
    status: str = Field(
        description="`pending`, `awaiting_approval`, `running`, `done`, `failed` or `denied`."
    )
    result: str
    decision: str | None = Field(
        description="What a person decided: `once`, `always` or `denied`; null where nobody did."
    )
    decision_reason: str
    dialogue: list[dict[str, object]] = Field(
        description="What the tool asked you: `question`, the JSON `schema` of the answer, and "
        "`answer` once there is one."
    )


class PartShape(Schema):
    """A piece of a message, in the order in which things happened."""

    kind: str = Field(description="`text`, `reasoning` or `tool_call`.")
    round: int
    text: str
    tool_call: ToolCallShape | None = None


class AttachmentShape(Schema):
    id: UUID
    name: str
    kind: str = Field(description="`image`, `text` or `document`.")
    media_type: str
    bytes: int
    tokens_estimate: int
    encoding: str = Field(description="In which a text was read, by Python's name; else empty.")
    notes: list[str] = Field(description="What is not in the text that was read of it.")


class ErrorShape(Schema):
    code: str
    message: str


class UsageShape(Schema):
    """As the model server counted; null where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None


class FeedbackShape(Schema):
    """A thumb, up or down, and why; the reason may be empty."""

    value: Literal["up", "down"]
    reason: str


class NoticeShape(Schema):
    """What the page shows beside an answer, such as that another one answered in the agent's place,
    or that it reached its length limit. An error stands in `error`."""

    code: str
    message: str


class MessageShape(Schema):
    """`content` is the text alone; `parts` have the reasoning and the tool calls too. `versions`
    are all messages in this one's place, itself among them, the oldest first.

    `profile` is what was asked; `message_metadata` says how the answer came about (`route`, its
    `reason`, `fallback`, `window`, `left_out`, `tools`, what is known of an imported one), and
    `metric_metadata` what it took, in milliseconds and tokens. What is not known is left out.
    """

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    role: str = Field(description="`system`, `user`, `assistant` or `tool`.")
    status: str = Field(
        description="`waiting`, `generating`, `awaiting_approval`, `complete`, `stopped`, `failed` "
        "or `interrupted`."
    )
    content: str
    parts: list[PartShape]
    attachments: list[AttachmentShape]
    model: str
    server: str
    profile: str
    finish_reason: str = Field(
        description="`stop`, `length`, `too_long`, `tool_limit`, `cancelled`, `error`, "
        "`ended_early`, `interrupted`, `approval_needed` or the server's own word; "
        "empty before the end."
    )
    error: ErrorShape | None
    usage: UsageShape
    notices: list[NoticeShape]
    message_metadata: dict[str, object]
    metric_metadata: dict[str, object]
    versions: list[UUID]
    feedback: FeedbackShape | None
    created_at: datetime


class ConversationShape(Schema):
    """`is_active`: an answer is being written in it."""

    id: UUID
    title: str
    model: str
    server: str
    profile: str
    prompt_profile_id: UUID | None
    parameters: dict[str, object]
    memory: bool
    tools: bool
    summarises: bool
    is_pinned: bool
    is_archived: bool
    is_active: bool
    tags: list[str]
    created_at: datetime
    last_message_at: datetime


class Conversations(Page):
    conversations: list[ConversationShape]


class OneConversation(Success):
    conversation: ConversationShape


class ConversationWithMessages(OneConversation):
    """The branch that is shown, oldest first; with `older_before`, ask for ?before= that id."""

    messages: list[MessageShape]
    older_before: UUID | None


class OneMessage(Success):
    message: MessageShape


class Answered(Success):
    """`message` is the answer, `response` its text."""

    conversation_id: UUID
    user_message_id: UUID
    message_id: UUID
    message: MessageShape
    response: str
