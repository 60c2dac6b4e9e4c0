"""What programs send to `/v1/responses` and get from it. Items and tools are of many shapes: they
are read one by one, see reading."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from conversations.api.openai.shapes import MOST_MESSAGES, MOST_TOOLS, OfStudio, Short, Text

type Item = dict[str, object]
type Input = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[list[Item], Field(min_length=1, max_length=MOST_MESSAGES), Tag("items")],
    Discriminator(lambda value: "items" if isinstance(value, list) else "text"),
]


class ResponseBody(BaseModel):
    """`input` is a question, or items: messages, calls of functions and what they gave. Nothing is
    kept here, so all that was said before has to be among them."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(min_length=1, max_length=520, examples=["direct/llama3.2"])
    input: Input = Field(examples=["How does a heat pump work?"])
    instructions: Text | None = None
    stream: bool | None = None
    tools: list[Item] | None = Field(None, max_length=MOST_TOOLS)
    tool_choice: Short | Item | None = None
    text: Item | None = None
    reasoning: Item | None = None
    max_output_tokens: int | None = Field(None, ge=-1, lt=2**31)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    top_logprobs: int | None = Field(None, ge=0, le=20)
    include: list[Short] | None = Field(None, max_length=32)
    parallel_tool_calls: bool | None = None
    metadata: dict[str, object] | None = None
    store: bool | None = None
    previous_response_id: Short | None = None
    conversation: Short | Item | None = None
    prompt: Item | None = None
    background: bool | None = None


class InputDetails(Schema):
    cached_tokens: int = 0


class OutputDetails(Schema):
    reasoning_tokens: int = 0


class ResponseUsage(Schema):
    """The server counts the tokens of thoughts among the others."""

    input_tokens: int
    input_tokens_details: InputDetails = InputDetails()
    output_tokens: int
    output_tokens_details: OutputDetails = OutputDetails()
    total_tokens: int


class Response(Schema):
    """`output` has reasoning, message and function_call items in the order in which they came.
    `usage` is null where the model server did not count."""

    id: str
    object: Literal["response"]
    created_at: int
    status: Literal["in_progress", "completed", "incomplete", "failed"]
    error: Item | None
    incomplete_details: Item | None
    instructions: str | None
    max_output_tokens: int | None
    metadata: Item
    model: str
    output: list[Item]
    parallel_tool_calls: bool
    previous_response_id: None
    reasoning: Item
    store: Literal[False]
    temperature: float | None
    text: Item
    tool_choice: str | Item
    tools: list[Item]
    top_p: float | None
    truncation: Literal["disabled"]
    usage: ResponseUsage | None
    chat_studio: OfStudio | None
