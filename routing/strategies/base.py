"""What every routing strategy keeps, and what it is given."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from routing.types import ChatRequest, Chosen, Event

type Choose = Callable[[], Awaitable[Chosen]]
"""Finds the model when it is needed: an agent that answers needs none. Raises a RoutingError."""


class Strategy(Protocol):
    """A routing strategy: first `RouteChosen`, then the answer, then exactly one `Finished`.

    A second `RouteChosen` follows only a `FellBack`. Errors are left to the caller.
    """

    name: str
    about: str
    """How it answers, in a sentence for whoever chooses."""
    uses_tools: bool

    @property
    def label(self) -> str: ...

    @property
    def needs_model(self) -> bool:
        """Whether a model has to be there to choose this strategy."""
        ...

    def missing(self) -> str:
        """The sentence that says what it lacks; empty where it can be chosen."""
        ...

    def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]: ...
