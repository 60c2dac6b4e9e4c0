"""What the chat page consists of, for a whole page and for a page that catches up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import reverse

from chatstudio.models import User
from conversations.features.files.rows import drafts_of
from conversations.features.files.shown import view_of
from conversations.lookup import prompt_profiles_of
from conversations.models import Conversation, Message, PromptProfile
from conversations.showing import frames, use
from conversations.showing.around import Around
from conversations.showing.message_pages import (
    MESSAGES_PAGE,
    MessagesPage,
    busy_article,
    messages_page,
    newest_page,
)
from conversations.showing.models_shown import ModelsShown, models_shown
from conversations.showing.presenting import ArticleView, PageState
from conversations.showing.routing_shown import (
    can_do_without_model,
    known_strategy,
    routing_choices,
    routing_note,
)
from conversations.showing.sidebar import EVERYTHING, Filter, sidebar_for
from conversations.showing.streamer import STREAMERS
from conversations.tagging import names_of
from routing.llm.catalogue import Catalogue

SUGGESTIONS = [
    {"title": "Explain something", "text": "Explain how a heat pump works, in five sentences."},
    {"title": "Draft a text", "text": "Write a short, friendly reminder for an unpaid invoice."},
    {"title": "Help with code", "text": "Write a Python function that finds duplicate files."},
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the lists a page stands that works without script: which conversation, the message
    before which it ends or around which it lies, the cursor and the filter of its sidebar,
    whether its reader stopped the refreshing, and the prompt profile that a new one begins with.
    """

    conversation: Conversation | None = None
    before: Message | None = None
    around: Around | None = None
    after: str = ""
    filter: Filter = EVERYTHING
    is_paused: bool = False
    prompt_profile: PromptProfile | None = None

    @property
    def is_past(self) -> bool:
        """It does not end with the newest message, so nothing new is to appear there."""
        return self.before is not None or self.is_far_away

    @property
    def is_far_away(self) -> bool:
        return self.is_other_branch or bool(
            self.around and (self.around.distance or 0) >= MESSAGES_PAGE
        )

    @property
    def is_other_branch(self) -> bool:
        return self.around is not None and self.around.distance is None


def chat_context(
    person: User, place: Place, catalogue: Catalogue, text: str = "", error: str = ""
) -> dict[str, Any]:
    conversation = place.conversation
    shown = messages_shown(place)
    key = conversation.public_id if conversation else None
    sidebar = sidebar_for(person, key, place.after, place.filter)
    tab = uuid4().hex
    composer = composer_context(
        person,
        conversation,
        catalogue,
        tab=tab,
        text=text,
        error=error,
        wished=place.prompt_profile,
    )
    if conversation and not place.is_past:
        busy = busy_article(shown.articles)
        composer |= frames.action_context(conversation, busy) | {"can_send": composer["can_send"]}
    # A page that is refreshed for its reader must not take away what is being typed there.
    composer["refreshes"] = composer["is_busy"] and not (text or error or place.is_paused)
    return {
        "conversation": conversation,
        "tags": names_of(conversation) if conversation else [],
        "articles": shown.articles,
        "older_before": shown.older_before,
        "is_older_page": place.is_past,
        "is_other_branch": place.is_other_branch,
        "sought": place.around.message if place.around else None,
        "later_after": shown.newest if place.is_far_away else "",
        "sidebar": sidebar,
        "composer": composer,
        "gauge": frames.newest_gauge(shown.articles),
        "model_notice": composer["model_notice"],
        "page_state": PageState(conversation.revision if conversation else 0, sidebar.digest),
        "socket_url": "" if place.is_past else socket_url(conversation, tab),
        "live_url": live_url(conversation),
        "suggestions": SUGGESTIONS,
    }


def messages_shown(place: Place) -> MessagesPage:
    if place.before:
        return messages_page(place.before.conversation, place.before.parent_id)
    if place.conversation and place.around and place.is_far_away:
        return messages_page(place.conversation, place.around.leaf_id)
    return newest_page(place.conversation)


def socket_url(conversation: Conversation | None, tab: str) -> str:
    path = f"/ws/chat/{conversation.public_id}/" if conversation else "/ws/chat/"
    return f"{path}?tab={tab}"


def live_url(conversation: Conversation | None) -> str:
    return reverse("live", args=[conversation.public_id]) if conversation else reverse("live_new")


def composer_context(
    person: User,
    conversation: Conversation | None,
    catalogue: Catalogue,
    *,
    tab: str,
    text: str = "",
    error: str = "",
    wished: PromptProfile | None = None,
) -> dict[str, Any]:
    """`wished` is the prompt profile that a new conversation shall begin with, instead of the
    default one."""
    profiles = list(prompt_profiles_of(person))
    profile = chosen_profile(conversation, profiles, wished)
    own = catalogue.preferring(person.default_model_name, person.default_server)
    models = shown_for(conversation, profile, own)
    routing = routing_context(routing_profile_of(conversation, profile))
    action = reverse("send", args=[conversation.public_id]) if conversation else reverse("send_new")
    return {
        "action": action,
        "is_new": conversation is None,
        **files_context(person, conversation),
        "request_id": uuid4(),
        "tab": tab,
        "text": text,
        "error": error,
        "is_busy": False,
        "models": models.choices,
        "models_state": models.state,
        "model_notice": models.notice,
        "models_url": models_url(conversation, models),
        **routing,
        "prompt_profiles": profile_options(profiles, profile),
        "tools": conversation.tools_enabled if conversation else True,
        "memory": conversation.memory_enabled if conversation else settings.MEMORY_ENABLED,
        "can_send": bool(models.choices) or not routing["needs_model"],
        "placeholder": "Write a message",
        **model_state(conversation),
    }


def profile_options(
    profiles: list[PromptProfile], chosen: PromptProfile | None
) -> list[dict[str, Any]]:
    return [
        {"public_id": p.public_id, "name": p.name, "is_selected": p == chosen} for p in profiles
    ]


def model_state(conversation: Conversation | None) -> dict[str, Any]:
    """What others have the models do; of its own answer a page tells already."""
    key = conversation.public_id if conversation else ""
    return {
        "model_state": use.state_line(conversation.id if conversation else None),
        "model_state_url": f"{reverse('model_state')}?conversation={key}",
    }


def routing_context(chosen: str) -> dict[str, Any]:
    routes = routing_choices(chosen)
    return {
        "profiles": routes,
        "routing_note": routing_note(routes),
        "needs_model": not can_do_without_model(routes),
        "tools_apply": any(one.is_selected and one.uses_tools for one in routes),
    }


def files_context(person: User, conversation: Conversation | None) -> dict[str, Any]:
    """What stands in the composer besides words."""
    attach = reverse("attach", args=[conversation.public_id]) if conversation else None
    return {
        "attach_url": attach or reverse("attach_new"),
        "files": [view_of(row) for row in drafts_of(person, conversation)],
        "files_problems": [],
    }


def models_url(conversation: Conversation | None, models: ModelsShown) -> str:
    key = conversation.public_id if conversation else ""
    return f"{reverse('models_fragment')}?state={models.state}&conversation={key}"


def chosen_profile(
    conversation: Conversation | None,
    profiles: list[PromptProfile],
    wished: PromptProfile | None = None,
) -> PromptProfile | None:
    if conversation is not None:
        return conversation.prompt_profile
    return wished or next((profile for profile in profiles if profile.is_default), None)


def routing_profile_of(conversation: Conversation | None, profile: PromptProfile | None) -> str:
    """The conversation's own; a new one begins with what its prompt profile says."""
    if conversation is not None:
        return conversation.routing_profile
    return known_strategy(profile.routing_profile if profile else "")


def shown_for(
    conversation: Conversation | None, profile: PromptProfile | None, catalogue: Catalogue
) -> ModelsShown:
    """The conversation's own model, else the prompt profile's, else the default."""
    source = conversation if conversation is not None else profile
    if source is None:
        return models_shown(catalogue)
    return models_shown(catalogue, source.model_name, source.server)


def fresh_picture(conversation: Conversation) -> str:
    """For a page that missed something: everything it shows of the conversation, from the rows.
    What is being written this second is sent by its streamer afterwards."""
    shown = newest_page(conversation)
    busy = busy_article(shown.articles)
    return (
        frames.messages(shown.articles, shown.older_before, conversation)
        + frames.title(conversation)
        + frames.gauge(shown.articles)
        + frames.tags(conversation, names_of(conversation))
        + frames.composer_action(conversation, busy)
        + frames.page_state(PageState(conversation.revision))
    )


def running_in(conversation: Conversation) -> set[UUID]:
    """The answers that this process is writing there. One whose row says already that it has
    ended is none of them: its last frame is on its way, and must not be overtaken."""
    head = conversation.head
    return {
        key
        for key, streamer in list(STREAMERS.items())
        if streamer.conversation.id == conversation.id
        and not (head and head.public_id == key and not head.is_active)
    }


def view_now(key: UUID | None) -> ArticleView | None:
    streamer = STREAMERS.get(key) if key else None
    return streamer.snapshot() if streamer else None


def article_now(key: UUID) -> str:
    view = view_now(key)
    return frames.article(view) if view else ""
