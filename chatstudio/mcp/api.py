"""The MCP servers for programs of administrators; for all others these doors do not exist."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import FAILURES, READS, Body, Facts, Success
from chatstudio.base.api.scopes import MANAGE, READ
from conversations.showing.api.rights import administrator_of
from routing.mcp import servers
from routing.mcp.config import McpConfigError
from routing.mcp.session import McpError

router = Router()


class McpServer(Schema):
    """`status` is idle (it starts when it is first needed), starting, ready or failed, with the
    reason in `problem`. `address` is without what may be secret. `left_out` has a sentence for each
    tool that cannot be offered, `resources` is how many of its resources models can read."""

    name: str = Field(validation_alias="config.name")
    transport: str = Field(validation_alias="config.transport")
    address: str = Field(validation_alias="config.shown")
    status: str
    problem: str
    tools: list[str]
    left_out: list[str]
    resources: int


class McpServers(Success):
    """`problem` says what is wrong with the file that MCP_CONFIG names."""

    servers: list[McpServer]
    problem: str = ""


class OneMcpServer(Success):
    server: McpServer


class RestartBody(Body):
    name: str = Field(min_length=1, max_length=255)


@router.get("", auth=READ, summary="MCP servers", response={200: McpServers, **READS})
async def mcp_servers(request: HttpRequest) -> Facts:
    """The MCP servers of the configuration, how they are, and their tools. For administrators."""
    administrator_of(request)
    try:
        return {"servers": await servers.states()}
    except McpConfigError as error:
        return {"servers": [], "problem": str(error)}


@router.post(
    "/restart",
    auth=MANAGE,
    summary="Start a server again",
    response={200: OneMcpServer, **FAILURES},
)
async def restart(request: HttpRequest, body: RestartBody) -> Facts:
    """Starts one of them, again where it runs already, and waits for it. For administrators."""
    administrator_of(request)
    try:
        await servers.restart(body.name)
        states = await servers.states()
    except KeyError:
        raise ApiError(404, "There is no MCP server of this name.") from None
    except McpConfigError as error:
        raise ApiError(409, str(error), "mcp_misconfigured") from None
    except McpError as error:
        raise ApiError(502, str(error), "mcp_failed") from None
    return {"server": next(one for one in states if one.config.name == body.name)}
