"""The routing strategies that a person can choose from, and what the others lack."""

from dataclasses import dataclass

from routing.strategies import STRATEGIES


@dataclass(frozen=True, slots=True)
class RoutingChoice:
    """`reason` is the sentence that says why it cannot be chosen. A conversation's own stays
    selected even then, so that nothing is exchanged silently: sending says the sentence."""

    value: str
    label: str
    about: str
    is_selected: bool
    needs_model: bool
    uses_tools: bool
    reason: str

    @property
    def is_available(self) -> bool:
        return not self.reason

    @property
    def is_disabled(self) -> bool:
        return not self.is_available and not self.is_selected


def routing_choices(chosen: str = "direct") -> list[RoutingChoice]:
    return [
        RoutingChoice(
            name,
            one.label,
            one.about,
            name == chosen,
            one.needs_model,
            one.uses_tools,
            one.missing(),
        )
        for name, one in STRATEGIES.items()
    ]


def known_strategy(name: str) -> str:
    """A stored name, where there still is a strategy of that name."""
    return name if name in STRATEGIES else "direct"


def routing_options(stored: str = "") -> list[tuple[str, str]]:
    """For a prompt profile's form; a name from elsewhere that is none of ours can stay."""
    known = [(name, one.label) for name, one in STRATEGIES.items()]
    choices = [("", "Whatever is chosen in the chat"), *known]
    if stored and stored not in STRATEGIES:
        choices.append((stored, f"{stored} (not known here)"))
    return choices


def routing_note(choices: list[RoutingChoice]) -> str:
    """What the conversation's own strategy lacks, as a sentence for the composer."""
    lacking = [one for one in choices if one.is_selected and not one.is_available]
    return f"{lacking[0].label} cannot answer now. {lacking[0].reason}" if lacking else ""
