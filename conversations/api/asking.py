"""What a program sends, made into what the services take: the same form as the page's checks it."""

from dataclasses import replace
from uuid import UUID

from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body
from chatstudio.models import User
from conversations.answering import turns
from conversations.forms import LONGEST_MESSAGE, TurnForm
from conversations.lookup import prompt_profiles_of
from conversations.models import Conversation, PromptProfile
from conversations.showing.composer import Choices, usual_choices
from conversations.showing.model_choices import list_model_choices
from routing.llm.catalogue import Catalogue
from routing.llm.servers import split_ref
from routing.strategies import STRATEGIES

FIELDS = {"text": "message", "routing_profile": "profile"}
"""What the form calls otherwise."""


class ChoicesBody(Body):
    """How answers are written. What is left out stays as it is in the conversation; in a new one
    it is as on the page. `model` is a name, or a name, an @ and its server's address."""

    model: str | None = Field(None, max_length=520)
    profile: str | None = Field(None, max_length=32, examples=["direct"])
    prompt_profile_id: UUID | None = Field(None, description="Null is none.")
    memory: bool | None = Field(None, description="Null is as if it were left out.")
    tools: bool | None = Field(None, description="Null is as if it were left out.")


class TurnBody(ChoicesBody):
    """`request_id`, if given, makes the same request twice have one effect. `attachments` are ids
    of files that were sent before."""

    message: str = Field(max_length=LONGEST_MESSAGE, examples=["How does a heat pump work?"])
    conversation_id: UUID | None = None
    request_id: UUID | None = None
    attachments: list[UUID] = Field([], max_length=20)


def choices(
    person: User, conversation: Conversation | None, body: ChoicesBody, catalogue: Catalogue
) -> Choices:
    """What the page's composer would show, but for what the program names."""
    profiles = [] if conversation else list(prompt_profiles_of(person))
    found = usual_choices(conversation, profiles)
    if body.model is not None:
        found = with_model(found, body.model)
    elif conversation is None:
        own = catalogue.preferring(person.default_model_name, person.default_server)
        shown = list_model_choices(own, found.model_name, found.server).choices
        found = with_model(found, next((one.ref for one in shown if one.is_selected), ""))
    if body.profile is not None:
        found = replace(found, routing_profile=known_profile(body.profile))
    if "prompt_profile_id" in body.model_fields_set:
        found = replace(found, prompt_profile=prompt_profile(person, body.prompt_profile_id))
    return replace(
        found,
        memory=found.memory if body.memory is None else body.memory,
        tools=found.tools if body.tools is None else body.tools,
    )


def with_model(found: Choices, ref: str) -> Choices:
    name, server = split_ref(ref)
    return replace(found, model_name=name[:255], server=server[:255])


def known_profile(name: str) -> str:
    """One that can answer now."""
    strategy = STRATEGIES.get(name)
    if strategy is None:
        wrong = f"There is no profile {name!r}. There are: {', '.join(STRATEGIES)}."
        raise ApiError(422, wrong, fields={"profile": [wrong]})
    if lacking := strategy.missing():
        wrong = f"{strategy.label} cannot answer now. {lacking}"
        raise ApiError(422, wrong, fields={"profile": [wrong]})
    return name


def prompt_profile(person: User, key: UUID | None) -> PromptProfile | None:
    if key is None:
        return None
    found = prompt_profiles_of(person).filter(public_id=key).first()
    if found is None:
        raise ApiError(422, fields={"prompt_profile_id": ["There is no such prompt profile."]})
    return found


def turn_input(
    person: User, conversation: Conversation | None, body: TurnBody, catalogue: Catalogue
) -> turns.TurnInput:
    found = choices(person, conversation, body, catalogue)
    sent = {"text": body.message, "request_id": body.request_id}
    sent |= {"routing_profile": found.routing_profile}
    form = TurnForm(sent, has_files=bool(body.attachments))
    if not form.is_valid():
        wrong = {FIELDS.get(name, name): [*map(str, e)] for name, e in form.errors.items()}
        raise ApiError(422, form.sentence, fields=wrong)
    data = form.cleaned_data
    return turns.TurnInput(
        text=data["text"],
        attachments=body.attachments,
        model_name=found.model_name,
        server=found.server,
        routing_profile=found.routing_profile,
        prompt_profile=found.prompt_profile,
        memory_enabled=found.memory,
        tools_enabled=found.tools,
        request_id=data["request_id"],
    )
