"""Doors to a conversation's own settings."""

from dataclasses import asdict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Success
from chatstudio.base.api.scopes import MANAGE, SEE
from conversations.answering import services, summaries
from conversations.answering.seam import in_thread
from conversations.lookup import conversation_for, person_of
from conversations.models import Conversation, HistorySummary
from conversations.showing.api.parameters import ParametersBody, change_parameters
from conversations.showing.api.shapes import ToolNames
from conversations.showing.tool_choices import find_tools, tools_of_conversation
from conversations.tool_names import clean_tool_names, read_tool_names
from routing.llm.servers import known_models

router = Router()
SETTINGS = "/conversations/{conversation_id}/settings"
NO_SUMMARY = "There is no summary yet. One is made when the conversation no longer fits."


class SettingsShape(Schema):
    """`parameters` are the conversation's own; those of its prompt profile hold for the rest.
    `summary` is sent instead of the older messages; null where none was made yet. `chosen_tools`
    are the names of those that may be sent; null leaves it to the prompt profile, and that to all
    that fit."""

    parameters: dict[str, object]
    chosen_tools: list[str] | None
    summarises: bool
    summary: str | None
    summary_is_edited: bool


class Settings(Success):
    settings: SettingsShape


class ToolShape(Schema):
    """`source` is where it comes from, such as an MCP server. `tokens` is what it costs with each
    question, roughly. One that is chosen and not there now has none."""

    name: str
    source: str
    about: str
    tokens: int
    is_chosen: bool
    is_there: bool


class Tools(Success):
    """`tokens` is what the chosen ones cost together with each question; of the `window` tools may
    take at most the `share`. Where `is_window_known` is false, that is only an assumption. Where
    `is_whole` is false, a server of tools has not answered yet."""

    tools: list[ToolShape]
    tokens: int
    window: int
    is_window_known: bool
    share: int
    is_whole: bool


class SettingsChanges(Body):
    """What is left out stays. An empty `summary` takes it away; the next long turn makes one."""

    parameters: ParametersBody | None = None
    chosen_tools: ToolNames = None
    summarises: bool | None = None
    summary: str | None = Field(None, max_length=HistorySummary.LENGTH)


def _shape(conversation: Conversation) -> Facts:
    summary = summaries.current_summary(conversation)
    return {
        "settings": {
            "parameters": conversation.parameters,
            "chosen_tools": read_tool_names(conversation.chosen_tools),
            "summarises": conversation.summarises,
            "summary": summary.text if summary else None,
            "summary_is_edited": bool(summary and summary.is_edited),
        }
    }


@router.get(SETTINGS, auth=SEE, response={200: Settings, **READS}, summary="Conversation settings")
def settings(request: HttpRequest, conversation_id: UUID) -> Facts:
    """The parameters of a conversation, and the summary of what no longer fits."""
    return _shape(conversation_for(person_of(request), conversation_id))


@router.get(f"{SETTINGS}/tools", auth=SEE, response={200: Tools, **READS})
async def tools(request: HttpRequest, conversation_id: UUID) -> Facts:
    """The tools that there are, which of them may be sent in a conversation, and what they cost."""
    person = person_of(request)
    row = await in_thread(conversation_for, person, conversation_id)
    offered, catalogue = await find_tools(person), await known_models()
    own = read_tool_names(row.chosen_tools)
    found = await in_thread(tools_of_conversation, row, own, offered, catalogue)
    groups = ((group.label, tool) for group in found.groups for tool in group.tools)
    return {**asdict(found), "tools": [{"source": label, **asdict(one)} for label, one in groups]}


def _tool_names(given: list[str] | None) -> list[str] | None:
    try:
        return None if given is None else clean_tool_names(given)
    except ValidationError as error:
        raise ApiError(422, fields={"chosen_tools": error.messages}) from None


@router.patch(SETTINGS, auth=MANAGE, response={200: Settings, **WRITES})
def change_settings(request: HttpRequest, conversation_id: UUID, body: SettingsChanges) -> Facts:
    """Changes how answers in a conversation are written, or corrects its summary."""
    person = person_of(request)
    row = conversation_for(person, conversation_id)
    summary = summaries.current_summary(row)
    if body.summary and summary is None:
        raise ApiError(422, fields={"summary": [NO_SUMMARY]})
    has_tools = "chosen_tools" in body.model_fields_set
    services.change_settings(
        row,
        change_parameters(row.parameters, body.parameters),
        row.summarises if body.summarises is None else body.summarises,
        _tool_names(body.chosen_tools) if has_tools else row.chosen_tools,
        summary,
        summary.text if summary and body.summary is None else body.summary or "",
    )
    return _shape(conversation_for(person, conversation_id))
