"""The routing strategies that a person can choose from, and what the others lack."""

from dataclasses import dataclass

from routing.strategies import STRATEGIES


@dataclass(frozen=True, slots=True)
class RoutingChoice:
    """`reason` is the sentence that says why it cannot be chosen. A conversation's own stays
    selected even then, so that nothing is exchanged silently: sending says the sentence."""

    value: str
    label: str
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


def expected_name(strategy: str, model_name: str) -> str:
    """Whose name stands over an answer until its route is known."""
    known = STRATEGIES.get(strategy)
    return model_name if known is None or known.needs_model else known.label


def routing_choices(chosen: str = "direct") -> list[RoutingChoice]:
    return [
        RoutingChoice(
            name, one.label, name == chosen, one.needs_model, one.uses_tools, one.missing()
        )
        for name, one in STRATEGIES.items()
    ]


def routing_note(choices: list[RoutingChoice]) -> str:
    """What the conversation's own strategy lacks, as a sentence for the composer."""
    lacking = [one for one in choices if one.is_selected and not one.is_available]
    return f"{lacking[0].label} cannot answer now. {lacking[0].reason}" if lacking else ""


def can_do_without_model(choices: list[RoutingChoice]) -> bool:
    return any(one.is_available and not one.needs_model for one in choices)
