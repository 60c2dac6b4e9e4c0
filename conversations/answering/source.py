"""Where an answer's events come from: the request is prepared, a strategy answers it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from conversations.answering import summaries
from conversations.answering.course import Course
from conversations.answering.generation import LiveGeneration
from conversations.answering.history.request import Prepared, prepare_request
from conversations.answering.seam import in_thread
from conversations.features.models_page import habits
from conversations.models import Generation
from routing.errors import ModelNotFound, NoModel, RoutingError
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, known_models, provider_at
from routing.strategies import STRATEGIES
from routing.strategies.base import Choose
from routing.types import Chosen, Event, ModelInfo


async def events(generation: Generation, prepared: Prepared | None = None) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)
    course = live.course if live else Course()
    choose = make_chooser(generation, course)
    strategy = STRATEGIES.get(generation.strategy, STRATEGIES["direct"])
    # Nobody knows what an agent can hold.
    if prepared is None:
        model = await _find_model(choose) if strategy.needs_model else None
        prepared = await in_thread(prepare_request, generation, model)
    if generation.answer.conversation.summarises and strategy.needs_model:
        prepared = await summaries.keep_summary_up_to_date(prepared, generation, choose, course)
    async with aclosing(strategy.answer(prepared.request, choose)) as told:
        async for event in told:
            yield event


async def _find_model(choose: Choose) -> ModelInfo | None:
    """None where none can be chosen: then the strategy says why, and the receipt is there."""
    try:
        return (await choose()).model
    except RoutingError:
        return None


def make_chooser(generation: Generation, course: Course) -> Choose:
    return chooser_of(partial(chosen_reference, generation), course, generation.strategy)


def chooser_of(
    named: Callable[[], Awaitable[tuple[str, str]]], course: Course, strategy: str = ""
) -> Choose:
    """Finds the model of this name and server at the first call, and the same one after that, or
    the same error. How it uses tools is looked up where it is going to."""
    failed: RoutingError | None = None

    async def choose() -> Chosen:
        nonlocal failed
        if failed:
            raise failed
        if course.chosen is None:
            try:
                model = await choose_model(*await named())
            except RoutingError as error:
                failed = error
                raise
            course.chosen = Chosen(model, await provider_at(model.server))
            if strategy in STRATEGIES and STRATEGIES[strategy].uses_tools:
                habit = await in_thread(habits.habit_of, model)
                course.chosen = replace(course.chosen, habit=habit)
        return course.chosen

    return choose


async def chosen_reference(generation: Generation) -> tuple[str, str]:
    """Name and server of the model that was chosen; without a choice the owner's default, where it
    is there."""
    if generation.model_name:
        return generation.model_name, generation.server
    owner = await in_thread(lambda: generation.answer.conversation.owner)
    if not (name := owner.default_model_name):
        return "", ""
    found = find_wished_model(await known_models(), name, owner.default_server)
    return (found.name, found.server) if found else ("", "")


async def choose_model(model_name: str, server: str) -> ModelInfo:
    """The model a person chose, else the default. What is not in the known list is looked for
    once more, as it may just have been installed."""
    catalogue = await known_models()
    found = find_wished_model(catalogue, model_name, server)
    if found is None:
        catalogue = await detect_models(fresh=True, patient=True)
        found = find_wished_model(catalogue, model_name, server)
    if found is not None:
        return found
    if catalogue.errors and not any(m.server == server for m in catalogue.models):
        raise catalogue.errors[0]
    if model_name:
        raise ModelNotFound(model_name=model_name, server=server or "the model server")
    raise NoModel(server="the model server")


def find_wished_model(catalogue: Catalogue, model_name: str, server: str) -> ModelInfo | None:
    """The same model of another server will do: the demo's address changes with every start."""
    if not model_name:
        return catalogue.default
    return catalogue.find(model_name, server) or catalogue.find(model_name)
