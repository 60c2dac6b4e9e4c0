"""How models are called here: by a strategy and a name, such as `tools/<model>`; by a bare name,
which is asked directly; or by a strategy alone that needs no model, such as `agent`.

A model whose own name reads like one of these is the one that is meant: `agent/` is the agent then,
and `tools/x@http://…`, with the server's address, the model x with tools.
"""

from dataclasses import dataclass

from chatstudio.base.api.errors import ApiError
from routing.llm.catalogue import Catalogue
from routing.llm.servers import split_ref
from routing.strategies import STRATEGIES

UNKNOWN = "model_not_found"
NOTHING = Catalogue()


@dataclass(frozen=True, slots=True)
class Name:
    """`model_name` is empty where the strategy needs none, `server` where any will do."""

    strategy: str
    model_name: str
    server: str = ""


def with_model() -> list[str]:
    """The strategies that stand before a model's name."""
    return [name for name, strategy in STRATEGIES.items() if strategy.needs_model]


def without_model() -> list[str]:
    """The strategies that are a name themselves."""
    return [name for name, strategy in STRATEGIES.items() if not strategy.needs_model]


def read_name(asked: str, catalogue: Catalogue = NOTHING) -> Name:
    """Only what stands before the first slash decides: models' own names have slashes too."""
    if any(model.name == asked for model in catalogue.models):
        return Name("direct", asked)
    first, slash, rest = asked.partition("/")
    if first in without_model() and not rest:
        return _alone(first, catalogue)
    strategy, ref = (first, rest) if slash and first in with_model() else ("direct", asked)
    exact = any(model.name == ref for model in catalogue.models)
    name, server = (ref, "") if exact else split_ref(ref)
    if not name:
        raise ApiError(404, f"In {asked} the name of a model is missing.", UNKNOWN)
    return Name(strategy, name, server)


def _alone(strategy: str, catalogue: Catalogue) -> Name:
    """Where it cannot answer, a model may be meant that is called so but for its tag."""
    problem = STRATEGIES[strategy].missing()
    if not problem:
        return Name(strategy, "")
    if catalogue.find(strategy):
        return Name("direct", strategy)
    raise ApiError(404, f"There is no {strategy} here. {problem}", UNKNOWN)
