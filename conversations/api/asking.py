"""What a program sends, made into what the services take: the same form as the page's checks it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body
from chatstudio.models import User
from conversations.answering import turns
from conversations.forms import LONGEST_MESSAGE, TurnForm
from conversations.lookup import prompt_profiles_of
from conversations.models import Conversation, PromptProfile
from conversations.showing import pages
from routing.llm.catalogue import Catalogue
from routing.llm.references import ref_of, split_ref
from routing.strategies import STRATEGIES

FIELDS = {"text": "message", "routing_profile": "profile"}
"""What the form calls otherwise."""


class Choices(Body):
    """How answers are written. What is left out stays as it is in the conversation; in a new one
    it is as on the page. `model` is a name, or a name, an @ and its server's address."""

    model: str | None = Field(None, max_length=520)
    profile: str | None = Field(None, max_length=32, examples=["direct"])
    prompt_profile_id: UUID | None = Field(None, description="Null is none.")
    memory: bool | None = Field(None, description="Null is as if it were left out.")
    tools: bool | None = Field(None, description="Null is as if it were left out.")


class TurnBody(Choices):
    """`request_id`, if given, makes the same request twice have one effect. `attachments` are ids
    of files that were sent before."""

    message: str = Field(max_length=LONGEST_MESSAGE, examples=["How does a heat pump work?"])
    conversation_id: UUID | None = None
    request_id: UUID | None = None
    attachments: list[UUID] = Field([], max_length=20)


def usual(person: User, conversation: Conversation | None, catalogue: Catalogue) -> dict[str, Any]:
    """What the page's composer would show."""
    if conversation is not None:
        return {
            "model": ref_of(conversation.model_name, conversation.server),
            "routing_profile": conversation.routing_profile,
            "prompt_profile": conversation.prompt_profile,
            "memory": conversation.memory_enabled,
            "tools": conversation.tools_enabled,
        }
    profile = pages.chosen_profile(None, list(prompt_profiles_of(person)))
    own = catalogue.preferring(person.default_model_name, person.default_server)
    chosen = [one for one in pages.shown_for(None, profile, own).choices if one.is_selected]
    return {
        "model": chosen[0].ref if chosen else "",
        "routing_profile": pages.routing_profile_of(None, profile),
        "prompt_profile": profile,
        "memory": settings.MEMORY_ENABLED,
        "tools": True,
    }


def choices(
    person: User, conversation: Conversation | None, body: Choices, catalogue: Catalogue
) -> dict[str, Any]:
    """The usual ones, but for what the program names."""
    given = body.model_dump(include={"model", "memory", "tools"}, exclude_none=True)
    found = usual(person, conversation, catalogue) | given
    if body.profile is not None:
        found["routing_profile"] = known_profile(body.profile)
    if "prompt_profile_id" in body.model_fields_set:
        found["prompt_profile"] = prompt_profile(person, body.prompt_profile_id)
    return found


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
    form = TurnForm({"text": body.message, "request_id": body.request_id, **found})
    if not form.is_valid():
        wrong = {FIELDS.get(name, name): [*map(str, e)] for name, e in form.errors.items()}
        raise ApiError(422, form.sentence, fields=wrong)
    data = form.cleaned_data
    name, server = split_ref(found["model"])
    return turns.TurnInput(
        text=data["text"],
        attachments=body.attachments,
        model_name=name[:255],
        server=server[:255],
        routing_profile=data["routing_profile"],
        prompt_profile=found["prompt_profile"],
        memory_enabled=found["memory"],
        tools_enabled=found["tools"],
        request_id=data["request_id"],
    )
