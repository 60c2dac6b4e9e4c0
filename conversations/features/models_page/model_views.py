"""The models page in words: what is installed where, what it can do, whether it is loaded."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.text import capfirst

from chatstudio.base.words import count_of, large_size_in_words
from chatstudio.models import User
from conversations.features.models_page.forms import ToolModeForm
from conversations.features.models_page.habits import UNKNOWN, Habits, habit_in
from conversations.models import ModelHabit, ModelOrder
from conversations.showing.article_views import with_code
from conversations.showing.model_use import ModelKey, ModelUse
from routing.errors import sentence_for
from routing.llm.catalogue import Catalogue, can_chat
from routing.llm.servers import ref_of
from routing.types import ModelInfo, ToolHabit

CAN = {
    "completion": "chats",
    "tools": "uses tools",
    "vision": "sees pictures",
    "thinking": "thinks step by step",
    "embedding": "finds similar texts (embeddings)",
    "insert": "fills gaps in code",
    "audio": "hears",
    "image": "draws",
}
IN_A_ROW = {
    "tools": "tools",
    "vision": "pictures",
    "thinking": "thinks",
    "embedding": "embeddings",
}
"""A word for what tells models apart; that one chats goes without saying."""
MANY = 12
"""So many models need no filter."""
# A server that never unloads says so with a date far away.
NEVER_UNLOADED_YEAR = 2200

NOTHING: Mapping[ModelKey, ModelUse] = {}
NO_HABITS: Habits = {}

STATES = {
    "pull": {
        "running": "Fetching {model}",
        "done": "{model} is installed.",
        "interrupted": "Chat Studio was stopped while {model} was being fetched. "
        "Try again: it goes on from what has come.",
    },
    "load": {
        "running": "Loading {model} into memory",
        "interrupted": "Chat Studio was stopped while {model} was being loaded. Try again.",
    },
}


@dataclass(frozen=True, slots=True)
class AbilityView:
    name: str
    word: str
    words: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """One row of the page. `ref` names the model in forms, see routing.llm.servers. `tools` says
    how it uses them, empty where nobody knows; `tool_form` sets it. `is_hidden`: it is none of
    those that are looked for."""

    ref: str
    name: str
    size: str
    window: str
    facts: str
    able: Sequence[AbilityView]
    abilities: str
    place: str
    state: str
    use: str
    is_default: bool
    is_demo: bool
    leaves_machine: bool
    can_chat: bool
    can_load: bool
    can_unload: bool
    can_delete: bool
    tools: str = ""
    tool_form: ToolModeForm | None = None
    is_hidden: bool = False

    @property
    def place_id(self) -> str:
        """As an element of the page is called."""
        return re.sub(r"\W+", "-", self.ref)

    @property
    def words(self) -> str:
        """By which it is found."""
        return " ".join(filter(None, (self.name, self.abilities, self.use, self.state)))


@dataclass(frozen=True, slots=True)
class ServerView:
    address: str
    note: str
    takes_orders: bool
    models: Sequence[ModelView]


@dataclass(frozen=True, slots=True)
class OrderView:
    key: UUID
    ref: str
    model_name: str
    server: str
    kind: str
    text: str
    detail: str
    percent: int | None
    is_running: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class ModelsPage:
    servers: Sequence[ServerView]
    orders: Sequence[OrderView]
    errors: Sequence[str]
    default_note: str
    may_manage: bool
    has_own_default: bool

    @property
    def has_many(self) -> bool:
        return sum(len(server.models) for server in self.servers) > MANY

    @property
    def is_busy(self) -> bool:
        """Something is under way that will be over soon."""
        in_use = any(model.use for server in self.servers for model in server.models)
        return in_use or any(order.is_running for order in self.orders)


def models_page(
    person: User,
    catalogue: Catalogue,
    orders: Iterable[ModelOrder],
    uses: Mapping[ModelKey, ModelUse] = NOTHING,
    habits: Habits = NO_HABITS,
    wanted: str = "",
) -> ModelsPage:
    """Only administrators give orders; everybody chooses their own default. Models that have not
    all of the `wanted` words are hidden."""
    running = list(orders)
    own = catalogue.preferring(person.default_model_name, person.default_server)
    ordered = {(o.model_name, o.server) for o in running if o.is_running and o.kind == "load"}
    uses = {key: ModelUse(is_loading=True) for key in ordered} | {**uses}
    servers = [
        _server(address, own, uses, habits, person.is_administrator)
        for address in catalogue.servers
    ]
    return ModelsPage(
        servers=[_narrowed(server, wanted.lower().split()) for server in servers],
        orders=[order_view(order) for order in running] if person.is_administrator else [],
        errors=[with_code(str(error)) for error in catalogue.errors],
        default_note=_default_note(person, catalogue, own),
        may_manage=person.is_administrator,
        has_own_default=bool(person.default_model_name),
    )


def _narrowed(server: ServerView, wanted: Sequence[str]) -> ServerView:
    def is_found(model: ModelView) -> bool:
        return all(word in model.words.lower() for word in wanted)

    models = [replace(model, is_hidden=not is_found(model)) for model in server.models]
    return replace(server, models=models)


def _default_note(person: User, catalogue: Catalogue, own: Catalogue) -> str:
    wished = person.default_model_name
    if wished and (catalogue.find(wished, person.default_server) or catalogue.find(wished)) is None:
        instead = f" Until it is back, {own.default.name} takes its place." if own.default else ""
        return f"{wished}, your model for new chats, is not available now.{instead}"
    return ""


def _server(
    address: str,
    catalogue: Catalogue,
    uses: Mapping[ModelKey, ModelUse],
    habits: Habits,
    may_manage: bool,
) -> ServerView:
    takes_orders = address in catalogue.manageable
    found = [model for model in catalogue.models if model.server == address]
    orders = may_manage and takes_orders
    return ServerView(
        address=address,
        note=""
        if takes_orders
        else "This server lists its models and takes no orders: load, fetch and remove them there.",
        takes_orders=takes_orders,
        models=[
            with_tools(
                model_view(
                    model, model == catalogue.default, orders, uses.get((model.name, address))
                ),
                habit_in(habits, model),
                may_manage,
            )
            for model in sorted(found, key=lambda model: (not model.loaded, model.name.lower()))
        ],
    )


def model_view(
    model: ModelInfo, is_default: bool, may_order: bool, use: ModelUse | None = None
) -> ModelView:
    chats = can_chat(model)
    here = may_order and chats and not model.leaves_machine
    return ModelView(
        ref=ref_of(model.name, model.server),
        name=model.name,
        size=large_size_in_words(model.size_bytes) if model.size_bytes is not None else "",
        window=window_in_words(model.context_length) if model.context_length else "",
        facts=" · ".join(filter(None, facts(model))),
        able=able(model),
        abilities=abilities(model),
        place=_where(model.gpu_share) if model.loaded and model.gpu_share is not None else "",
        state=loaded_words(model),
        use=capfirst(use.words) if use else "",
        is_default=is_default,
        is_demo=model.is_demo,
        leaves_machine=model.leaves_machine,
        can_chat=chats,
        can_load=here and model.loaded is False and not (use and use.is_loading),
        can_unload=here and model.loaded is True,
        can_delete=may_order,
    )


def with_tools(view: ModelView, habit: ToolHabit, may_set: bool) -> ModelView:
    """Everybody sees how a model uses tools; it is set for all at once."""
    if not view.can_chat:
        return view
    chosen = habit.mode if habit.is_set else ""
    form = ToolModeForm(initial={"mode": chosen}, auto_id=f"tools-{view.place_id}-%s")
    return replace(view, tools=tool_words(habit), tool_form=form if may_set else None)


def tool_words(habit: ToolHabit = UNKNOWN) -> str:
    if not habit.mode:
        return ""
    how = ModelHabit.ToolMode(habit.mode).label
    return f"{how}, {'as set here' if habit.is_set else 'as its answers have shown'}"


def facts(model: ModelInfo) -> Iterable[str]:
    yield large_size_in_words(model.size_bytes) if model.size_bytes is not None else ""
    yield f"{model.parameter_size} parameters" if model.parameter_size else ""
    yield model.family
    yield model.quantization
    yield f"window of {count_of(model.context_length, 'token')}" if model.context_length else ""


def window_in_words(tokens: int) -> str:
    """As models are sold: "128K"."""
    return f"{tokens // 1024}K" if tokens >= 1024 else str(tokens)


def able(model: ModelInfo) -> list[AbilityView]:
    found = model.capabilities or frozenset()
    return [
        AbilityView(name, word, capfirst(CAN[name]))
        for name, word in IN_A_ROW.items()
        if name in found
    ]


def abilities(model: ModelInfo) -> str:
    """In the order of CAN; an ability that is new to us is named as the server does."""
    if model.capabilities is None:
        return ""
    known = [words for name, words in CAN.items() if name in model.capabilities]
    return ", ".join([*known, *sorted(model.capabilities - CAN.keys())]).capitalize()


def loaded_words(model: ModelInfo) -> str:
    if not model.loaded:
        return ""
    window = model.loaded_context_length
    pieces = [
        "Loaded" if model.gpu_share is None else f"Loaded {_where(model.gpu_share)}",
        f"with room for {count_of(window, 'token')}" if window else "",
        _until(model.expires_at),
    ]
    return " ".join(piece for piece in pieces if piece)


def _where(gpu_share: float) -> str:
    if gpu_share <= 0:
        return "in main memory"
    return "on the GPU" if gpu_share >= 0.995 else f"{gpu_share * 100:.0f} % on the GPU"


def _until(moment: datetime | None) -> str:
    if moment is None:
        return ""
    if moment.year >= NEVER_UNLOADED_YEAR:
        return "until it is unloaded"
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return f"until {date_words(local, 'H:i' if is_today else 'j F, H:i')}"


def order_view(order: ModelOrder) -> OrderView:
    percent, detail = None, ""
    if order.is_running and order.total_bytes:
        percent = min(100, int(order.completed_bytes * 100 / order.total_bytes))
        done, total = map(large_size_in_words, (order.completed_bytes, order.total_bytes))
        detail = f"{done} of {total}"
    elif order.is_running:
        detail = order.phase
    text = STATES[order.kind].get(order.status, "").format(model=order.model_name)
    if order.status == ModelOrder.Status.FAILED:
        text = with_code(sentence_for(order.error_code, order.error_context))
    return OrderView(
        key=order.public_id,
        ref=ref_of(order.model_name, order.server),
        model_name=order.model_name,
        server=order.server,
        kind=order.kind,
        text=text,
        detail=detail,
        percent=percent,
        is_running=order.is_running,
        is_done=order.status == ModelOrder.Status.DONE,
    )
