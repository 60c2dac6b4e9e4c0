"""What an answer tells of itself besides its words: which way it took, what was left out, how it
ended, and the receipt of all that."""

from dataclasses import asdict, dataclass, field

from chatstudio.base.json_types import JsonObject, JsonValue, objects_at, text_at
from conversations.models import Generation, Status
from conversations.receipts import Fallback, LeftOut, Model, Receipt, speed_of
from routing.strategies import STRATEGIES
from routing.types import (
    Chosen,
    Event,
    FellBack,
    Finished,
    HistoryCut,
    ModelInfo,
    Notice,
    Provider,
    RoundEnded,
    RouteChosen,
    Timings,
    ToolMode,
    ToolModeLearned,
    ToolsOffered,
    Usage,
    WindowKnown,
)

STATUS_OF_REASON = {
    "stop": Status.COMPLETE,
    "length": Status.COMPLETE,
    "too_long": Status.COMPLETE,
    "tool_limit": Status.COMPLETE,
    "cancelled": Status.STOPPED,
    "error": Status.FAILED,
    "ended_early": Status.INTERRUPTED,
    "interrupted": Status.INTERRUPTED,
    "approval_needed": Status.AWAITING_APPROVAL,
}


def expected_name(strategy: str, model_name: str) -> str:
    """Whose name stands over an answer until its route is known."""
    known = STRATEGIES.get(strategy)
    return model_name if known is None or known.needs_model else known.label


@dataclass(slots=True)
class Course:
    """`stage` is what goes on before the model is asked: `summary`, or empty. `tool_mode` is what
    the answer has shown of how its model uses tools."""

    route: RouteChosen | None = None
    chosen: Chosen | None = None
    cut: HistoryCut | None = None
    window: WindowKnown | None = None
    fell_back: FellBack | None = None
    tools: ToolsOffered | None = None
    tool_mode: ToolMode | None = None
    notices: list[str] = field(default_factory=list)
    rounds: list[RoundEnded] = field(default_factory=list)
    stage: str = ""

    @property
    def model(self) -> ModelInfo | None:
        return self.chosen.model if self.chosen else None

    @property
    def provider(self) -> Provider | None:
        return self.chosen.provider if self.chosen else None

    @property
    def is_demo(self) -> bool:
        return bool(self.model and self.model.is_demo)

    @property
    def leaves_machine(self) -> bool:
        return bool(
            (self.model and self.model.leaves_machine) or (self.route and self.route.leaves_machine)
        )

    def note(self, event: Event) -> None:
        match event:
            case RouteChosen():
                self.route = event
            case HistoryCut():
                self.cut = event
            case WindowKnown():
                self.window = event
            case ToolsOffered():
                self.tools = event
            case ToolModeLearned(mode=mode):
                self.tool_mode = mode
            case FellBack():
                self.fell_back = event
            case RoundEnded():
                self.rounds.append(event)
            case Notice(code=code) if code not in self.notices:
                self.notices.append(code)
            case _:
                pass


@dataclass(frozen=True, slots=True)
class Outcome:
    """`finished` as the server said it, and our own clock in milliseconds from the start."""

    finished: Finished
    duration_ms: float
    time_to_first_token_ms: float | None = None
    course: Course = field(default_factory=Course)

    @property
    def status(self) -> Status:
        """An unknown reason is a server's own word for an end: the answer is complete."""
        return STATUS_OF_REASON.get(self.finished.finish_reason, Status.COMPLETE)

    @property
    def usage(self) -> Usage:
        """Of all rounds that have ended, whether the answer was finished, failed or was stopped."""
        rounds = self.course.rounds
        return sum((one.usage for one in rounds), Usage()) if rounds else self.finished.usage

    @property
    def timings(self) -> Timings:
        """Of the same rounds."""
        rounds = self.course.rounds
        return sum((one.timings for one in rounds), Timings()) if rounds else self.finished.timings

    @property
    def tokens_per_second(self) -> float | None:
        return speed_of(self.usage, self.timings)


type Ended = tuple[Generation, Outcome]


def complete_receipt(receipt: Receipt, outcome: Outcome, calls: int | None = None) -> Receipt:
    """The receipt with all that is known at the end. `calls` are those of another program's
    request; those of an answer are rows."""
    course = outcome.course
    cut = _describe_cut(receipt, course.cut) if course.cut else {}
    counted: JsonObject = {} if calls is None else {"calls": calls}
    end = {**describe_route(course).stored, **cut, **_measure(outcome), **counted}
    return Receipt({**receipt.stored, **end})


def describe_route(course: Course) -> Receipt:
    """Which way the answer took, as far as it is known."""
    told: JsonObject = {}
    if course.route is not None:
        told["route"] = asdict(course.route)
    if course.fell_back is not None:
        gone = course.fell_back
        context = dict(gone.error_context)
        told["fallback"] = Fallback(gone.strategy, gone.error_code, context).to_json()
    if offered := course.tools:
        told["tools"], told["tool_tokens"] = list(offered.names), offered.tokens
        told["tools_put_away"] = list(offered.put_away)
        if offered.not_chosen or offered.away:
            told["tools_not_chosen"] = list(offered.not_chosen)
            told["tools_away"] = list(offered.away)
    if course.window is not None:
        told["window"] = asdict(course.window)
    if len(course.rounds) > 1:
        told["rounds"] = [asdict(ended) for ended in course.rounds]
    if course.notices:
        told["notices"] = [*course.notices]
    if (model := course.model) is not None:
        length = model.loaded_context_length or model.context_length
        told["model"] = Model(model.digest, length, model.gpu_share).to_json()
    return Receipt(told)


def _describe_cut(receipt: Receipt, cut: HistoryCut) -> JsonObject:
    """Which of the messages were left out, once that is known: whole turns, the oldest ones. What
    belongs to no turn stays, and what is no row has no id. An end that could not be saved at first
    has been described already."""
    turns = cut.turns
    sent: list[JsonValue] = []
    out: list[JsonObject] = []
    for entry in objects_at(receipt.stored, "messages"):
        turn = entry.get("turn")
        (out if isinstance(turn, int) and turn < turns else sent).append(entry)
    before = receipt.left_out or LeftOut()
    if not out and before.turns == turns:
        return {}
    ids = [text_at(entry, "id") for entry in out]
    first, last = before.first, before.last
    if ids:
        first, last = first if before.unread else ids[0], ids[-1]
    count = before.unread + len(out)
    left_out = LeftOut(count, turns, "window", first, last, before.unread)
    told: JsonObject = {"messages": sent, "left_out": left_out.to_json()}
    if receipt.sent_bytes is not None:
        told["sent_bytes"] = max(receipt.sent_bytes - cut.bytes, 0)
    if receipt.sent_weight is not None:
        told["sent_weight"] = max(receipt.sent_weight - cut.weight, 0)
    return told


def _measure(outcome: Outcome) -> JsonObject:
    first, speed = outcome.time_to_first_token_ms, outcome.tokens_per_second
    return {
        "usage": asdict(outcome.usage),
        "timings": asdict(outcome.timings),
        "duration_ms": round(outcome.duration_ms, 1),
        "time_to_first_token_ms": first and round(first, 1),
        "tokens_per_second": speed and round(speed, 2),
    }
