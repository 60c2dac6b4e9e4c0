"""The routing strategies, by name. To add one: a file here, and a line below."""

from routing.strategies.agent import Agent
from routing.strategies.base import Strategy
from routing.strategies.direct import Direct
from routing.strategies.tools import Tools

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy for strategy in (Direct(), Agent(), Tools())
}


def expected_name(strategy: str, model_name: str) -> str:
    """Whose name stands over an answer until its route is known."""
    known = STRATEGIES.get(strategy)
    return model_name if known is None or known.needs_model else known.label
