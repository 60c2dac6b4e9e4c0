"""What the chat page consists of, for a whole page and for a page that catches up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.urls import get_script_prefix, reverse

from chatstudio.models import User
from conversations.lookup import prompt_profiles_of
from conversations.models import Conversation, Message, PromptProfile
from conversations.showing import frames
from conversations.showing.article_views import ArticleView
from conversations.showing.branch_around import BranchAround
from conversations.showing.composer import (
    Composer,
    Refused,
    chosen_in_form,
    composer_of,
    usual_choices,
)
from conversations.showing.frames import PageState
from conversations.showing.message_pages import (
    MESSAGES_PAGE,
    MessagesPage,
    busy_article,
    messages_page,
    newest_page,
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

    `tab` names the document in which the page takes the place of another one: its sidebar and its
    socket stay. `begun` is all that there is of a conversation whose first answer begins.
    """

    conversation: Conversation | None = None
    before: Message | None = None
    around: BranchAround | None = None
    after: str = ""
    filter: Filter = EVERYTHING
    is_paused: bool = False
    prompt_profile: PromptProfile | None = None
    tab: str = ""
    begun: Sequence[ArticleView] = ()

    @property
    def follows(self) -> Conversation | None:
        """Whose news are to appear there."""
        return None if self.is_past else self.conversation

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
    person: User,
    place: Place,
    catalogue: Catalogue,
    text: str = "",
    refused: Refused | None = None,
) -> dict[str, object]:
    """`text` stands in the message box; `refused` is a form that was not taken, with its words."""
    conversation = place.conversation
    shown = messages_shown(place)
    key = conversation.public_id if conversation else None
    sidebar = None if place.tab else sidebar_for(person, key, place.after, place.filter)
    composer = _composer(person, place, catalogue, shown, refused)
    # A page that is refreshed for its reader must not take away what is being typed there.
    text = text or composer.text
    refreshes = composer.is_busy and not (text or composer.error or place.is_paused)
    return {
        "conversation": conversation,
        "tags": names_of(conversation) if conversation and not place.begun else [],
        "articles": shown.articles,
        "older_before": shown.older_before,
        "is_older_page": place.is_past,
        "is_other_branch": place.is_other_branch,
        "sought": place.around.message if place.around else None,
        "later_after": shown.newest if place.is_far_away else "",
        "sidebar": sidebar,
        "composer": replace(composer, text=text, refreshes=refreshes),
        "model_notice": composer.model_notice,
        "page_state": PageState(conversation.revision if conversation else 0),
        "follows": place.follows.public_id if place.follows else "",
        "socket_url": socket_url(place.follows, composer.tab),
        "live_url": live_url(place.follows),
        "suggestions": SUGGESTIONS,
    }


def _composer(
    person: User,
    place: Place,
    catalogue: Catalogue,
    shown: MessagesPage,
    refused: Refused | None,
) -> Composer:
    profiles = list(prompt_profiles_of(person))
    chosen = usual_choices(place.conversation, profiles, place.prompt_profile)
    if refused:
        chosen = chosen_in_form(person, refused.form, chosen)
    composer = composer_of(
        person,
        place.conversation,
        catalogue,
        chosen,
        profiles,
        tab=place.tab or uuid4().hex,
        gauge=frames.newest_gauge(shown.articles),
    )
    if place.conversation and not place.is_past:
        composer = composer.with_action(place.conversation, busy_article(shown.articles))
    return refused.shown_in(composer) if refused else composer


def messages_shown(place: Place) -> MessagesPage:
    if place.begun:
        return MessagesPage(list(place.begun))
    if place.before:
        return messages_page(place.before.conversation, place.before.parent_id)
    if place.conversation and place.around and place.is_far_away:
        return messages_page(place.conversation, place.around.leaf_id)
    return newest_page(place.conversation)


def socket_url(conversation: Conversation | None, tab: str) -> str:
    place = f"{conversation.public_id}/" if conversation else ""
    return f"{get_script_prefix()}ws/chat/{place}?tab={tab}"


def live_url(conversation: Conversation | None) -> str:
    return reverse("live", args=[conversation.public_id]) if conversation else reverse("live_new")


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


def article_now(key: UUID) -> str:
    streamer = STREAMERS.get(key)
    return frames.article(streamer.snapshot()) if streamer else ""
