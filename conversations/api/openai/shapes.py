"""What programs send and get here, in OpenAI's own words.

A field that is not known is no error: clients send many that change nothing here. Those that only
servers of OpenAI's shape know are handed on to them; what cannot be done at all is refused by name,
see reading.
"""

from typing import TYPE_CHECKING, Annotated, Literal

from ninja import Schema
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
)

from chatstudio.base.api.schemas import Facts
from routing.parameters import PARAMETERS, Parameter

LONGEST = 8 * 1024 * 1024
"""Characters: more than a body may have bytes."""
MOST_MESSAGES = 1_000
MOST_TOOLS = 128
MOST_ANSWERS = 128
QUESTION = {"role": "user", "content": "How does a heat pump work?"}

NUMBERS = [one for one in PARAMETERS if one.openai and one.bounds]
"""Parameters that are sent as we have them."""

HANDED_ON = (
    *("logit_bias", "parallel_tool_calls", "prediction", "verbosity", "reasoning"),
    *("chat_template_kwargs", "grammar", "structured_outputs", "guided_json", "guided_regex"),
    *("guided_choice", "guided_grammar", "repetition_penalty", "length_penalty", "typical_p"),
    *("repeat_last_n", "mirostat", "mirostat_tau", "mirostat_eta", "dry_multiplier", "dry_base"),
    *("xtc_probability", "xtc_threshold", "min_tokens", "ignore_eos", "bad_words"),
)
"""Fields that change the answer where a server knows them; the first line is OpenAI's own, the
others are llama.cpp's and vLLM's."""

type Text = Annotated[str, Field(max_length=LONGEST)]
type Short = Annotated[str, Field(max_length=256)]
type StopText = Annotated[str, Field(max_length=1_000)]
type Stop = StopText | Annotated[list[StopText | None], Field(max_length=16)] | None


class ImageUrl(Schema):
    url: Text = Field(examples=["data:image/png;base64,iVBORw0KGgo="])


class ContentPart(Schema):
    """`type` is text, refusal or image_url. A text alone is a part too."""

    type: Short
    text: Text | None = None
    refusal: Text | None = None
    image_url: ImageUrl | Text | None = None


def _as_part(value: object) -> object:
    return {"type": "text", "text": value} if isinstance(value, str) else value


type Part = Annotated[ContentPart, BeforeValidator(_as_part)]

type Content = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Part], Field(max_length=1_000), Tag("parts")],
    # So that an error names the place in the form that was meant.
    Discriminator(lambda value: "parts" if isinstance(value, list) else "text"),
]


class AskedFunction(Schema):
    name: Short
    arguments: Text | dict[str, object] = ""


class AskedCall(Schema):
    """A call that the model has asked for earlier."""

    id: Short
    function: AskedFunction


class ChatMessageBody(Schema):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | None = None
    refusal: Text | None = None
    function_call: AskedFunction | None = None
    tool_calls: list[AskedCall] | None = Field(None, max_length=MOST_TOOLS)
    tool_call_id: Short | None = None
    name: Short | None = None


class GivenFunction(BaseModel):
    """What else a program says of it goes on to the model."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(min_length=1, max_length=128)]
    description: Text | None = None
    parameters: dict[str, object] | None = None


class GivenTool(BaseModel):
    """A function of the program's own, which it runs itself."""

    model_config = ConfigDict(extra="allow")

    type: Literal["function"] = "function"
    function: GivenFunction


class StreamOptions(Schema):
    include_usage: bool | None = None


class WithMessages(BaseModel):
    model: str = Field(min_length=1, max_length=520, examples=["direct/llama3.2"])
    messages: list[ChatMessageBody] = Field(
        min_length=1, max_length=MOST_MESSAGES, examples=[[QUESTION]]
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: list[GivenTool] | None = Field(None, max_length=MOST_TOOLS)
    tool_choice: Short | dict[str, object] | None = None


def _number(parameter: Parameter) -> tuple[object, object]:
    least, most = parameter.openai_bounds or parameter.bounds or (None, None)
    kind: type[float] = float if parameter.kind == "number" else int
    return kind | None, Field(None, ge=least, le=most, description=parameter.description)


NUMBER_FIELDS = {one.openai: _number(one) for one in NUMBERS}
if TYPE_CHECKING:
    WithNumbers = WithMessages
else:
    WithNumbers = create_model("WithNumbers", __base__=WithMessages, **NUMBER_FIELDS)


class CompletionBody(WithNumbers):
    """`model` is one of /v1/models. Some of the parameters are no part of OpenAI's own API, and
    what else a model's server knows goes on to it."""

    model_config = ConfigDict(extra="allow")

    stop: Stop = None
    max_completion_tokens: int | None = Field(None, ge=-1, lt=2**31)
    reasoning_effort: Short | None = None
    n: int | None = Field(None, ge=1, le=MOST_ANSWERS)
    response_format: dict[str, object] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    modalities: list[Short] | None = Field(None, max_length=8)
    audio: dict[str, object] | None = None
    functions: list[GivenFunction] | None = Field(None, max_length=MOST_TOOLS)
    function_call: Short | dict[str, object] | None = None
    web_search_options: dict[str, object] | None = None


class Model(Schema):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Schema):
    object: Literal["list"]
    data: list[Model]


class CalledFunction(Schema):
    name: str
    arguments: str


class Call(Schema):
    id: str
    type: Literal["function"]
    function: CalledFunction


class AnswerMessage(Schema):
    role: Literal["assistant"]
    content: str | None
    reasoning_content: str | None = None
    tool_calls: list[Call] | None = None
    function_call: CalledFunction | None = None


class Chances(Schema):
    """As the model's server tells them: each token, its logarithmic chance, and others."""

    content: list[dict[str, object]] | None


type FinishReason = Literal["stop", "length", "tool_calls", "function_call", "content_filter"]


class Choice(Schema):
    index: int
    message: AnswerMessage
    finish_reason: FinishReason
    logprobs: Chances | None = None


class Usage(Schema):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Ran(Schema):
    """A tool of Chat Studio's that was called on the way."""

    name: str
    ok: bool


class OfStudio(Schema):
    """What only Chat Studio tells: which generation this was, what answered, which tools were
    called, how many of the oldest messages did not fit the model's window, and what else the page
    would say of the answer. Of several answers those of the first."""

    generation_id: str
    profile: str
    model: str
    steps: list[Ran]
    messages_left_out: int
    notices: list[str]


class Completion(Schema):
    """`usage` is null where the model server did not count."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage | None
    chat_studio: OfStudio


class WhatWentWrong(Schema):
    message: str
    type: str
    param: str | None
    code: str | None


class Refusal(Schema):
    error: WhatWentWrong


EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
EVENTS = {"text/event-stream": {"schema": EVENT}}
STREAM: Facts = {"responses": {200: {"content": EVENTS}}}
"""Of a door that answers with the whole or, with `stream`, with events."""

STATUSES = {400, 401, 403, 404, 413, 415, 422, 429, 500, 502, 503, 504}
REFUSALS: dict[int | frozenset[int], type[Schema]] = {frozenset(STATUSES): Refusal}
"""Beside a door's own answer."""
