"""Who takes orders for the models of a server."""

from routing.errors import CannotManage
from routing.llm.servers import provider_at
from routing.managing import Manageable, ModelManager


async def manager_at(server: str) -> ModelManager:
    provider = await provider_at(server)
    if isinstance(provider, Manageable):
        return provider.manager
    raise CannotManage(server=server)
