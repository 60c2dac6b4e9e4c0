"""What can be done to the models of a server that allows it: load, unload, fetch, remove."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a model has been fetched, over all of its files. `total_bytes` is None until known,
    and may grow while further files are named."""

    phase: str
    completed_bytes: int = 0
    total_bytes: int | None = None


class ModelManager(Protocol):
    """Every failure is a `RoutingError`."""

    async def load(self, model_name: str) -> None:
        """Returns when it is loaded. Cancelling aborts the loading."""
        ...

    async def unload(self, model_name: str) -> None: ...

    def pull(self, model_name: str) -> AsyncIterator[PullProgress]:
        """Ends when the model is there. Closing the iterator makes the server stop fetching; what
        has come is kept there, so that the next try goes on from it."""
        ...

    async def delete(self, model_name: str) -> None: ...


@runtime_checkable
class Manageable(Protocol):
    """A provider whose server takes such orders."""

    manager: ModelManager
