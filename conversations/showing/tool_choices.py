"""The tools that there are for somebody, with what each costs, to choose among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms

from chatstudio.base.words import count_of, group_digits
from chatstudio.models import User
from conversations.answering.history.request import parameters_for
from conversations.answering.seam import in_thread
from conversations.answering.source import find_wished_model
from conversations.features.models_page import habits
from conversations.models import Conversation, PromptProfile
from conversations.tool_names import clean_tool_names, read_tool_names
from routing.asking import known_window
from routing.llm.catalogue import Catalogue
from routing.tools.base import Tool, ToolContext
from routing.tools.choosing import UNKNOWN_WINDOW, first_sentence, share_of
from routing.tools.modes import mode_of, size_in
from routing.tools.registry import tools_to_choose
from routing.types import ModelInfo, Parameters

BUILT_IN = "Built in"
NOT_THERE = "Not there now"
WAIT_SECONDS = 3.0
"""For servers of tools; who takes longer is missing on this page."""


class NamesField(forms.MultipleChoiceField):
    """A tool that is not there may be chosen, too."""

    def validate(self, value: object) -> None:
        pass

    def clean(self, value: object) -> list[str]:
        return clean_tool_names(super().clean(value))


class ToolFields(forms.Form):
    """Which tools may be sent. A form that has neither field leaves them as they are."""

    tools_from = forms.ChoiceField(required=False, choices=[("all", "All"), ("chosen", "Chosen")])
    chosen_tools = NamesField(required=False)

    def tool_names(self, stored: list[str] | None) -> list[str] | None:
        wanted = self.cleaned_data["tools_from"]
        if not wanted:
            return stored
        names: list[str] = self.cleaned_data["chosen_tools"]
        return names if wanted == "chosen" else None

    def shown_names(self, stored: list[str] | None) -> list[str] | None:
        """As the person has set them, also where that was refused."""
        if not self.is_bound or not self["tools_from"].value():
            return stored
        given: list[str] = self["chosen_tools"].value() or []
        return given if self["tools_from"].value() == "chosen" else None


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """`tokens` is what it costs with each question, roughly."""

    name: str
    about: str
    tokens: int
    is_chosen: bool
    is_there: bool = True

    @property
    def cost(self) -> str:
        return count_of(self.tokens, "token")


@dataclass(frozen=True, slots=True)
class ToolGroup:
    label: str
    tools: Sequence[ToolChoice]


@dataclass(frozen=True, slots=True)
class ToolList:
    """`tokens` is the sum of what is chosen, `usual` that without a choice of its own: then it
    `is_inherited` from the prompt profile, or all. `share` is what tools may take of the window."""

    groups: Sequence[ToolGroup]
    is_whole: bool
    is_own: bool
    is_inherited: bool
    tokens: int
    usual: int
    window: int
    is_window_known: bool
    share: int

    @property
    def in_words(self) -> dict[str, str]:
        names = ("tokens", "usual", "window", "share")
        return {name: group_digits(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True)
class Offered:
    """The tools that there are; not `is_whole` where a server of tools has not answered yet."""

    tools: Mapping[str, Tool]
    is_whole: bool = True


async def find_tools(person: User) -> Offered:
    """Who it is may have to be looked up, which is done in a thread."""
    key = await in_thread(lambda: person.pk)
    return Offered(*await tools_to_choose(ToolContext(key), WAIT_SECONDS))


def tools_of_conversation(
    conversation: Conversation, own: Sequence[str] | None, offered: Offered, catalogue: Catalogue
) -> ToolList:
    """Without a choice of its own what the prompt profile allows."""
    profile, owner = conversation.prompt_profile, conversation.owner
    return list_tools(
        offered,
        own,
        read_tool_names(profile.chosen_tools) if profile else None,
        _model_for(owner, catalogue, conversation.model_name, conversation.server),
        parameters_for(conversation),
    )


def tools_of_profile(
    profile: PromptProfile,
    person: User,
    own: Sequence[str] | None,
    offered: Offered,
    catalogue: Catalogue,
) -> ToolList:
    model = _model_for(person, catalogue, profile.model_name, profile.server)
    return list_tools(offered, own, None, model, Parameters.from_dict(profile.parameters))


def _model_for(person: User, catalogue: Catalogue, name: str, server: str) -> ModelInfo | None:
    own = catalogue.preferring(person.default_model_name, person.default_server)
    return find_wished_model(own, name, server)


def list_tools(
    offered: Offered,
    own: Sequence[str] | None,
    inherited: Sequence[str] | None,
    model: ModelInfo | None,
    parameters: Parameters,
) -> ToolList:
    """By where they come from; their size as this model is told of them. `own` are the names that
    are chosen here, `inherited` those that hold where none are; None is all."""
    names, tools = inherited if own is None else own, offered.tools
    mode = mode_of(model, habits.habit_of(model)) if model else "native"
    found = known_window(parameters, model) if model else None
    window = found.tokens if found else parameters.num_ctx or UNKNOWN_WINDOW
    sizes = {name: size_in(mode, tool) for name, tool in tools.items()}
    usual = sum(size for name, size in sizes.items() if inherited is None or name in inherited)
    chosen = sum(size for name, size in sizes.items() if names is None or name in names)
    return ToolList(
        _groups(tools, names, sizes),
        offered.is_whole,
        own is not None,
        inherited is not None,
        chosen,
        usual,
        window,
        bool(found or parameters.num_ctx),
        share_of(window),
    )


def _groups(
    tools: Mapping[str, Tool], names: Sequence[str] | None, sizes: Mapping[str, int]
) -> list[ToolGroup]:
    by_source: dict[str, list[ToolChoice]] = {}
    for tool in tools.values():
        is_chosen = names is None or tool.name in names
        choice = ToolChoice(tool.name, first_sentence(tool), sizes[tool.name], is_chosen)
        by_source.setdefault(tool.source or BUILT_IN, []).append(choice)
    if gone := [name for name in names or () if name not in tools]:
        by_source[NOT_THERE] = [ToolChoice(name, "", 0, True, is_there=False) for name in gone]
    return [ToolGroup(label, found) for label, found in by_source.items()]
