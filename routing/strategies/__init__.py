"""The routing strategies, by name. To add one: a file here, and a line below."""

from routing.strategies.agent import Agent
from routing.strategies.base import Strategy
from routing.strategies.direct import Direct
from routing.strategies.tools import Tools

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy for strategy in (Direct(), Agent(), Tools())
}
