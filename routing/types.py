"""The values that pass between a conversation and a model: pure, frozen, without ids of rows.

A strategy takes a `ChatRequest` and yields `Event`s in order, then exactly one `Finished`.
Durations are milliseconds, token counts are the server's own; None means that it did not say.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from chatstudio.base.json_types import JsonMapping, JsonObject
from routing.parameters import Parameters as Parameters
from routing.tools.base import Question, ToolContext

type Role = Literal["system", "user", "assistant", "tool"]
type ToolMode = Literal["native", "schema", "words", "off", "none"]
"""How a model is asked with tools: it calls them itself, it chooses by a schema, or it is told in
words. `off` where a person wants none, `none` where there is no way."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for. `call_id` is the server's, or one of our own where it gave none.
    `answers` are a person's to what the tool has asked them, in order."""

    call_id: str
    name: str
    arguments: JsonMapping
    answers: tuple[JsonMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as a model sees it. `images` are plain base64, without a `data:` prefix. `extra`
    is how many characters at the beginning nobody wrote as words: files, or a tool's result; where
    the window is too small, they may be shortened. `thoughts` came before the calls of a message in
    the answer that is being written; of earlier answers they are never sent."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    tool_name: str = ""
    images: tuple[str, ...] = ()
    extra: int = field(default=0, compare=False)
    thoughts: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked. Where the last message is the assistant's, the model continues it.

    `tools` are JSON-schema function descriptions in OpenAI's shape, sent as they are.
    `bytes_per_token` is what this conversation's last answer has shown; None before there is one.
    `conversation_id` is for agents that remember: an opaque name, empty where memory is off.
    `thought_marks` are what this model writes before and behind its thoughts, where a person has
    named them; the first may be empty. `may_fall_back` overrides the setting; None leaves it.
    `unread` are so many messages of the conversation, older than these, that nobody has read, as
    they cannot fit the window. Without a `tool_context` no tool is sent. `approved` are calls of
    the last message that a person has allowed and that run first. With an `answer_schema` the
    answer is JSON that fits it; an empty one is any object of JSON.

    The rest only programs ask for. `must_call` is the tool that has to be called, empty for any.
    With `chances` the tokens' chances are told, each with so many others. `is_bare`: the last
    message is text without a chat's marks that the model goes on with, up to a `suffix` if there
    is one. `in_openais_words` goes to servers of OpenAI's shape as it is; others do not know it.
    """

    model_name: str
    messages: tuple[ChatMessage, ...]
    parameters: Parameters = field(default_factory=Parameters)
    tools: tuple[JsonObject, ...] = ()
    bytes_per_token: float | None = None
    conversation_id: str = ""
    may_fall_back: bool | None = None
    tool_context: ToolContext | None = None
    approved: tuple[ToolCall, ...] = ()
    thought_marks: tuple[str, str] = ("", "")
    unread: int = 0
    answer_schema: JsonMapping | None = None
    must_call: str | None = None
    chances: int | None = None
    is_bare: bool = False
    suffix: str = ""
    in_openais_words: JsonMapping = field(default_factory=dict)

    def for_model(self, model_name: str) -> "ChatRequest":
        return replace(self, model_name=model_name)

    def for_schema(self, schema: JsonMapping) -> "ChatRequest":
        """The same asked for JSON of this shape, whatever else a program wished of the answer."""
        other = ("response_format", "parallel_tool_calls")
        words = {name: one for name, one in self.in_openais_words.items() if name not in other}
        return replace(
            self,
            tools=(),
            must_call=None,
            chances=None,
            answer_schema=schema,
            in_openais_words=words,
        )

    @property
    def continues(self) -> bool:
        return bool(self.messages) and self.messages[-1].role == "assistant"


@dataclass(frozen=True, slots=True)
class Usage:
    """As the model server counted. What nobody counted adds nothing, and is None with its like."""

    input_tokens: int | None = None
    output_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*map(_add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class Timings:
    """As the server measured them, in milliseconds."""

    total_ms: float | None = None
    load_ms: float | None = None
    prompt_ms: float | None = None
    generation_ms: float | None = None

    def __add__(self, other: "Timings") -> "Timings":
        return Timings(*map(_add, astuple(self), astuple(other)))


def _add[N: (int, float)](one: N | None, other: N | None) -> N | None:
    return other if one is None else one if other is None else one + other


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that a server offers.

    `context_length` is what the model was trained for, `loaded_context_length` what is loaded now.
    `chats` is whether its server says that it is for chats, where it tells no capabilities.
    `gpu_share` is the part of a loaded model that lies in a GPU's memory, 0 to 1; `expires_at` is
    when the server will unload it. None means that it did not say; older ones leave much out.
    """

    name: str
    server: str
    digest: str = ""
    size_bytes: int | None = None
    family: str = ""
    parameter_size: str = ""
    quantization: str = ""
    context_length: int | None = None
    loaded_context_length: int | None = None
    loaded: bool | None = None
    gpu_share: float | None = None
    expires_at: datetime | None = None
    capabilities: frozenset[str] | None = None
    chats: bool | None = None
    leaves_machine: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ToolHabit:
    """What is known of how a model uses tools; empty: nothing yet. `is_set` by a person, so that
    nothing is learned."""

    mode: ToolMode | Literal[""] = ""
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class RouteChosen:
    """Which strategy answers, and which model. Always the first event of an answer. `reason` is for
    the receipt: why this route. `leaves_machine` is an agent's; a model's own stands in its
    `ModelInfo`."""

    strategy: str
    model_name: str
    server: str
    reason: str = ""
    leaves_machine: bool = False


@dataclass(frozen=True, slots=True)
class ToolsOffered:
    """The names of the tools that the model is told of, and roughly how many tokens they cost with
    each question; `put_away` are those that it has to ask for. Where a person has chosen,
    `not_chosen` are there as well, and `away` are chosen and not there. A later one replaces an
    earlier."""

    names: tuple[str, ...]
    tokens: int = 0
    put_away: tuple[str, ...] = ()
    not_chosen: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolModeLearned:
    """In this mode the model uses tools; worth to be known the next time."""

    mode: ToolMode


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the text, to be put behind what came before."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class TokenChances:
    """How likely the tokens of the text just told were, in OpenAI's shape. Only for who asks."""

    tokens: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class ToolCallStarted:
    """A tool is about to run. From a provider: the model asks for it. From a strategy, whoever
    reads the events may save that before asking for the next one."""

    call: ToolCall
    risk: str = ""


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """A tool has run: `result` is what the model is told, also where `ok` is false."""

    call_id: str
    result: str
    ok: bool = True
    duration_ms: float | None = None


@dataclass(frozen=True, slots=True)
class ApprovalNeeded:
    """A person has to decide before this call runs, or to answer what it asks while it runs. The
    answer ends, and goes on another time; then the call is made anew."""

    call: ToolCall
    risk: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class RoundEnded:
    """The model has spoken once; an answer with tools has several rounds. `Finished` has the sums
    of their usage and of their timings."""

    usage: Usage = Usage()
    timings: Timings = Timings()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know of this answer, as a code (the sentence is chosen on screen).

    Codes: `thinking_unsupported`, `tools_unsupported`: asked for, and answered once more without.
    `tools_refused`: the same, where the server's words are not sure to mean that.
    `images_left_out`: earlier images were not sent, as the model cannot see.
    `earlier_images_left_out`: the same, as the server refused so many of them, or any.
    `shortened`: results of tools or files were sent shortened, as they did not fit the window.
    `tools_by_schema`, `tools_by_prompt`: what was tried before did not work, so the model was asked
    to choose by a schema, or told in words how to use tools.
    `said_nothing`, `only_thought`: the answer has ended without a word.
    `tool_rounds`, `tool_time`, `tool_repeats`: a limit was reached, or the same calls came again
    and again; the model was asked to answer without calls. `no_answer`: it wanted to call even so.
    """

    code: str


@dataclass(frozen=True, slots=True)
class HistoryCut:
    """The oldest messages did not fit the window and were left out. A later one replaces an earlier
    one; the numbers count from the whole history. Of the `messages` the oldest `unread` were not
    even read, and `turns` are those of the others; so are `bytes` and `weight` (routing.asking)."""

    messages: int
    turns: int
    unread: int = 0
    bytes: int = field(default=0, compare=False)
    weight: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class WindowKnown:
    """How many tokens the model can hold. `source`: `request` (a person set it), `loaded` (the
    server says so of the loaded model), `refusal` (the server said so when it was too long)."""

    tokens: int
    source: Literal["request", "loaded", "refusal"]


@dataclass(frozen=True, slots=True)
class FellBack:
    """Another strategy answers in the place of `strategy`, before which no text had come. The
    error is the one that would have ended the answer. A new `RouteChosen` follows."""

    strategy: str
    error_code: str
    error_context: JsonMapping = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """The end. `finish_reason` is one of FINISH_REASONS, or a server's own word."""

    finish_reason: str
    usage: Usage = Usage()
    timings: Timings = Timings()
    error_code: str = ""
    error_context: JsonMapping = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether the model came to an end by itself, in whatever word its server has for that."""
        return self.finish_reason not in CUT_OFF


@dataclass(frozen=True, slots=True)
class Recast:
    """What came last was of the other kind, as is known only now: `text` is all of it, told as text
    before where `kind` is `reasoning`, and the other way round. `without_calls` is what is left of
    it where calls were written into it."""

    kind: Literal["text", "reasoning"]
    text: str
    without_calls: str | None = None

    @property
    def words(self) -> str:
        return self.text if self.without_calls is None else self.without_calls


type Event = (
    RouteChosen
    | ToolsOffered
    | ToolModeLearned
    | TextDelta
    | ReasoningDelta
    | Recast
    | TokenChances
    | ToolCallStarted
    | ToolCallFinished
    | ApprovalNeeded
    | RoundEnded
    | Notice
    | HistoryCut
    | WindowKnown
    | FellBack
    | Finished
)

FINISH_REASONS = (
    "stop",
    "length",
    "too_long",
    "tool_limit",
    "cancelled",
    "error",
    "ended_early",
    "interrupted",
    "approval_needed",
)
CUT_OFF = ("length", "too_long", "content_filter", "abort", "ended_early")
"""Ends of an answer that a server did not let come to its own."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, in their order."""

    vectors: tuple[tuple[float, ...], ...]
    input_tokens: int | None = None


class Provider(Protocol):
    """A model server. Every failure is a `RoutingError`; httpx's errors never leave a provider."""

    server: str
    """Its address, as shown to people and stored with messages."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        """Deltas, `ToolCallStarted` and `Notice` in order, then exactly one `Finished`.

        A stream that ends without its last line ends in `Finished("ended_early")`. Closing the
        generator closes the connection, which is what makes the server stop: a bare `async for`
        leaves that to the collector, so whoever reads one does so within `aclosing`.
        """
        ...

    async def embed(
        self, model_name: str, texts: Sequence[str], dimensions: int | None
    ) -> Embedded: ...

    async def list_models(self) -> list[ModelInfo]: ...

    async def describe_model(self, model_name: str) -> ModelInfo: ...

    async def is_loaded(self, model_name: str) -> bool | None:
        """None where the server has no way to tell."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model and the server that has it."""

    model: ModelInfo
    provider: Provider
    habit: ToolHabit = ToolHabit()
