"""The composer: what is chosen for the next message, and all that its templates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import reverse

from chatstudio.models import User
from conversations.features.files.attachment_views import AttachmentView, attachment_view
from conversations.features.files.rows import drafts_of
from conversations.lookup import usable_prompt_profile
from conversations.models import Conversation, PromptProfile
from conversations.showing import model_use
from conversations.showing.article_views import ArticleView, Gauge
from conversations.showing.frames import ComposerAction, action_of
from conversations.showing.model_choices import (
    ModelChoice,
    ModelNotice,
    list_model_choices,
)
from conversations.showing.routing_choices import (
    RoutingChoice,
    known_strategy,
    routing_choices,
    routing_note,
)
from routing.llm.catalogue import Catalogue
from routing.llm.servers import split_ref
from routing.strategies import STRATEGIES


@dataclass(frozen=True, slots=True)
class Choices:
    """How the next message is to be answered. Without a model's name by the default one."""

    model_name: str = ""
    server: str = ""
    routing_profile: str = "direct"
    prompt_profile: PromptProfile | None = None
    memory: bool = True
    tools: bool = True


def usual_choices(
    conversation: Conversation | None,
    profiles: Sequence[PromptProfile],
    wished: PromptProfile | None = None,
) -> Choices:
    """The conversation's own. A new one begins with what its prompt profile says, which is
    `wished` or the default one of those that the person can use."""
    if conversation is not None:
        return Choices(
            conversation.model_name,
            conversation.server,
            conversation.routing_profile,
            conversation.prompt_profile,
            conversation.memory_enabled,
            conversation.tools_enabled,
        )
    profile = wished or next((one for one in profiles if one.is_default), None)
    usual = Choices(memory=settings.MEMORY_ENABLED)
    if profile is None:
        return usual
    return replace(
        usual,
        model_name=profile.model_name,
        server=profile.server,
        routing_profile=known_strategy(profile.routing_profile),
        prompt_profile=profile,
    )


def chosen_in_form(person: User, form: Mapping[str, str], usual: Choices) -> Choices:
    """As the person had set them. A switch that is disabled on the page is not sent; then, as for
    everything else that the form does not say, it is as usual."""
    name, server = split_ref(form.get("model", ""))
    if not name:
        name, server = usual.model_name, usual.server
    strategy = form.get("routing_profile", "")
    profile = usual.prompt_profile
    if "prompt_profile" in form:
        profile = usable_prompt_profile(person, form["prompt_profile"])
    return Choices(
        name[:255],
        server[:255],
        strategy if strategy in STRATEGIES else usual.routing_profile,
        profile,
        bool(form.get("memory")) if "memory_present" in form else usual.memory,
        bool(form.get("tools")) if "tools_present" in form else usual.tools,
    )


@dataclass(frozen=True, kw_only=True)
class ComposerFiles:
    attach_url: str
    files: Sequence[AttachmentView]
    files_problems: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ModelState:
    """What others have the models do; of its own answer a page tells already."""

    model_state: str
    model_state_url: str


@dataclass(frozen=True, slots=True)
class ProfileOption:
    public_id: UUID
    name: str
    is_selected: bool


@dataclass(frozen=True, kw_only=True)
class Composer(ComposerAction, ComposerFiles, ModelState):
    """Each fragment of it is also rendered alone, with what it is derived from."""

    action: str
    settings_url: str
    tab: str
    models: Sequence[ModelChoice]
    models_state: str
    model_notice: ModelNotice
    models_url: str
    may_fetch_models: bool
    profiles: Sequence[RoutingChoice]
    routing_note: str
    needs_model: bool
    tools_apply: bool
    prompt_profiles: Sequence[ProfileOption]
    tools: bool
    memory: bool
    gauge: Gauge | None = None
    request_id: UUID = field(default_factory=uuid4)
    text: str = ""
    error: str = ""
    refreshes: bool = False

    @property
    def is_new(self) -> bool:
        return not self.settings_url

    @property
    def model(self) -> ModelChoice | None:
        return next((one for one in self.models if one.is_selected), None)

    @property
    def prompt_profile_name(self) -> str:
        return next((one.name for one in self.prompt_profiles if one.is_selected), "")

    def with_action(self, conversation: Conversation, busy: ArticleView | None) -> "Composer":
        action = action_of(conversation, busy)
        return replace(self, is_busy=action.is_busy, stop_url=action.stop_url)


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken, and the sentence that says why."""

    form: Mapping[str, str]
    error: str

    def shown_in(self, composer: Composer) -> Composer:
        """With the person's words. What the chosen way lacks is what the sentence says already."""
        return replace(
            composer,
            tab=self.form.get("tab", "")[:64] or composer.tab,
            text=self.form.get("text", ""),
            error=self.error,
            routing_note="",
        )


def composer_of(
    person: User,
    conversation: Conversation | None,
    catalogue: Catalogue,
    chosen: Choices,
    profiles: Sequence[PromptProfile],
    *,
    tab: str = "",
    gauge: Gauge | None = None,
) -> Composer:
    own = catalogue.preferring(person.default_model_name, person.default_server)
    uses = model_use.model_use_here()
    models = list_model_choices(own, chosen.model_name, chosen.server, uses)
    routes = routing_choices(chosen.routing_profile)
    needs_model = not any(one.is_available and not one.needs_model for one in routes)
    files, state = files_of(person, conversation), model_state(conversation)
    key = conversation.public_id if conversation else ""
    return Composer(
        action=_address("send", conversation),
        settings_url=reverse("settings", args=[key]) if key else "",
        tab=tab,
        models=models.choices,
        models_state=models.state,
        model_notice=models.notice,
        models_url=f"{reverse('models_fragment')}?state={models.state}&conversation={key}",
        may_fetch_models=bool(catalogue.manageable) and person.is_administrator,
        profiles=routes,
        routing_note=routing_note(routes),
        needs_model=needs_model,
        tools_apply=any(one.is_selected and one.uses_tools for one in routes),
        prompt_profiles=[
            ProfileOption(one.public_id, one.name, one == chosen.prompt_profile) for one in profiles
        ],
        tools=chosen.tools,
        memory=chosen.memory,
        gauge=gauge,
        can_send=bool(models.choices) or not needs_model,
        attach_url=files.attach_url,
        files=files.files,
        model_state=state.model_state,
        model_state_url=state.model_state_url,
    )


def files_of(
    person: User, conversation: Conversation | None, problems: Sequence[str] = ()
) -> ComposerFiles:
    """What stands in the composer besides words."""
    files = [attachment_view(row) for row in drafts_of(person, conversation)]
    address = _address("attach", conversation)
    return ComposerFiles(attach_url=address, files=files, files_problems=problems)


def model_state(conversation: Conversation | None) -> ModelState:
    key = conversation.public_id if conversation else ""
    return ModelState(
        model_state=model_use.state_line(conversation.id if conversation else None),
        model_state_url=f"{reverse('model_state')}?conversation={key}",
    )


def _address(door: str, conversation: Conversation | None) -> str:
    if conversation is None:
        return reverse(f"{door}_new")
    return reverse(door, args=[conversation.public_id])
