"""How each model uses tools: what its answers have shown, and what a person has set instead."""

from collections.abc import Mapping
from typing import cast

from conversations.models import ModelHabit
from routing.types import ModelInfo, ToolHabit, ToolMode

UNKNOWN = ToolHabit()

type Habits = Mapping[tuple[str, str], ToolHabit]


def server_of(model: ModelInfo) -> str:
    return ModelHabit.DEMO if model.is_demo else model.server


def _name_of(model: ModelInfo) -> str:
    return model.name[:255]


def known_habits() -> Habits:
    """By server and name."""
    return {(row.server, row.model_name): _habit(row) for row in ModelHabit.objects.all()}


def habit_in(habits: Habits, model: ModelInfo) -> ToolHabit:
    return habits.get((server_of(model), _name_of(model)), UNKNOWN)


def habit_of(model: ModelInfo) -> ToolHabit:
    row = ModelHabit.objects.filter(server=server_of(model), model_name=_name_of(model)).first()
    return _habit(row) if row else UNKNOWN


def learn(model: ModelInfo, mode: ToolMode) -> None:
    """What a person has set stays."""
    row, is_new = ModelHabit.objects.get_or_create(
        server=server_of(model), model_name=_name_of(model), defaults={"tool_mode": mode}
    )
    if not is_new:
        ModelHabit.objects.filter(id=row.id, is_set=False).update(tool_mode=mode)


def choose(model: ModelInfo, mode: str) -> None:
    """Without a mode what was learned or set is forgotten, and learned anew."""
    server, name = server_of(model), _name_of(model)
    if mode:
        chosen = {"tool_mode": mode, "is_set": True}
        ModelHabit.objects.update_or_create(server=server, model_name=name, defaults=chosen)
    else:
        ModelHabit.objects.filter(server=server, model_name=name).delete()


def _habit(row: ModelHabit) -> ToolHabit:
    return ToolHabit(cast(ToolMode, row.tool_mode), row.is_set)
