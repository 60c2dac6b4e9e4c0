"""What an answer tells of itself besides its words: which way it took, and what was left out."""

from dataclasses import dataclass, field

from routing.strategies.base import Chosen
from routing.types import (
    Event,
    FellBack,
    HistoryCut,
    ModelInfo,
    Notice,
    Provider,
    RoundEnded,
    RouteChosen,
    ToolsOffered,
    WindowKnown,
)


@dataclass(slots=True)
class Course:
    """`stage` is what goes on before the model is asked: `summary`, or empty."""

    route: RouteChosen | None = None
    chosen: Chosen | None = None
    cut: HistoryCut | None = None
    window: WindowKnown | None = None
    fell_back: FellBack | None = None
    tools: tuple[str, ...] = ()
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
            case ToolsOffered(names=names):
                self.tools = names
            case FellBack():
                self.fell_back = event
            case RoundEnded():
                self.rounds.append(event)
            case Notice(code=code):
                self.notices.append(code)
            case _:
                pass
