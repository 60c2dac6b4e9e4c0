"""How models are called here: by a strategy and a name, such as `tools/<model>`; by a bare name,
which is asked directly; or by a strategy alone that needs no model, such as `agent`."""

from dataclasses import dataclass

from chatstudio.base.api.errors import ApiError
from routing.strategies import STRATEGIES

UNKNOWN = "model_not_found"


@dataclass(frozen=True, slots=True)
class Name:
    """`model_name` is empty where the strategy needs none."""

    strategy: str
    model_name: str


def with_model() -> list[str]:
    """The strategies that stand before a model's name."""
    return [name for name, strategy in STRATEGIES.items() if strategy.needs_model]


def without_model() -> list[str]:
    """The strategies that are a name themselves."""
    return [name for name, strategy in STRATEGIES.items() if not strategy.needs_model]


def read_name(asked: str) -> Name:
    """Only what stands before the first slash decides: models' own names have slashes too."""
    if asked in without_model():
        if problem := STRATEGIES[asked].missing():
            raise ApiError(404, f"There is no {asked} here. {problem}", UNKNOWN)
        return Name(asked, "")
    first, slash, rest = asked.partition("/")
    strategy, name = (first, rest) if slash and first in with_model() else ("direct", asked)
    if not name:
        raise ApiError(404, f"After {first}/ the name of a model is missing.", UNKNOWN)
    return Name(strategy, name)
