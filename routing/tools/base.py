"""What a tool is: a name, a schema, a declared risk, and a function that answers with text.

A tool is written as an async function with a docstring for the model and typed parameters:

    @tool(Risk.READS)
    async def add(a: Annotated[int, "the first number"], b: int) -> str:
        \"\"\"Adds two whole numbers.\"\"\"

Its JSON schema is made from the signature. A parameter of the type `ToolContext` is not told to the
model. What a tool cannot do it says with `ToolFailed`, a sentence that the model can act on.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from chatstudio.base.json_types import JsonMapping, JsonObject


class Risk(StrEnum):
    """What may happen. Only `READS` runs without being asked for."""

    READS = "reads"
    WRITES = "writes"
    REACHES_OUT = "reaches_out"


class ToolFailed(Exception):
    """The text goes to the model as the call's result, and is shown to the person."""


class WrongArguments(ToolFailed):
    """The model has called the tool in a way that does not fit its schema."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a tool wants to know of the person: words, and the JSON schema of the answer, a flat
    object."""

    text: str
    schema: JsonMapping


class PersonAsked(ToolFailed):
    """The call cannot go on without an answer of the person's; with it, it is made anew. The text
    is for the model, where nobody can be asked."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"It asks the person, and nobody can be asked here: {question.text}")
        self.question = question


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom and where a tool works. Values only: tools that need rows look them up by these.

    `allowed` are the names of tools that a person has allowed for the whole conversation, and
    `message_id` is the answer that is being written. `chosen` are the names of those that may be
    sent; None is all. It is `attended` where a person sees it and
    can be asked; elsewhere a call that needs approval is not made. `answers` are what the person
    has answered to what this call asked, in order.
    """

    person_id: int
    conversation_id: int | None = None
    time_zone: str = "UTC"
    allowed: frozenset[str] = frozenset()
    message_id: int | None = None
    attended: bool = True
    answers: tuple[JsonMapping, ...] = ()
    chosen: frozenset[str] | None = None


type Run = Callable[[JsonMapping, ToolContext], Awaitable[str]]
type Check = Callable[[JsonMapping], None]


def unchecked(arguments: JsonMapping) -> None:
    """For tools whose server checks the arguments itself."""


@dataclass(frozen=True, slots=True)
class Tool:
    """`schema` is the JSON schema of the arguments, an object; `run` raises `ToolFailed`, `check`
    raises `WrongArguments`: nobody is asked to approve a call that cannot be made. `source` says to
    people where it comes from; what is built in has none."""

    name: str
    description: str
    schema: JsonMapping
    risk: Risk
    run: Run
    check: Check = unchecked
    source: str = ""

    @property
    def needs_approval(self) -> bool:
        return self.risk is not Risk.READS

    def as_function(self) -> JsonObject:
        """As models are told of it, in OpenAI's shape."""
        function: JsonObject = {
            "name": self.name,
            "description": self.description,
            "parameters": dict(self.schema),
        }
        return {"type": "function", "function": function}


type Maker = Callable[[], Tool]


def tool(risk: Risk) -> Callable[[Callable[..., Awaitable[str]]], Maker]:
    """Makes the function a tool at the first call of what is returned: the library that reads
    signatures is not loaded before somebody uses tools."""

    def decorate(function: Callable[..., Awaitable[str]]) -> Maker:
        @cache
        def make() -> Tool:
            from routing.tools.signatures import as_tool

            return as_tool(function, risk)

        return make

    return decorate
