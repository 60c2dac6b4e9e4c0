"""The floors of conversations: a module may import what stands to its left, never to its right.

    rows < carrying < answering < showing < doors

A feature's modules have no floor of their own: each ranks with the highest that it needs, so
whatever answering imports of a feature needs nothing above answering. A feature's doors are
imported by nobody but the maps of addresses, the administration and the application itself.
"""

from functools import cache

import pytest

from chatstudio.tests.test_import_line import imports, modules, name_of

FLOORS = ("rows", "carrying", "answering", "showing", "doors")
PLACES = {
    "models": "rows",
    "lookup": "rows",
    "receipts": "rows",
    "revisions": "rows",
    "rendering": "rows",  # Markdown to safe HTML: needs nothing of ours
    "signals": "rows",
    "tagging": "rows",
    "this_host": "rows",
    "tool_names": "rows",
    "carrying": "carrying",
    "answering": "answering",
    "showing": "showing",
    "templatetags": "showing",
    "admin": "doors",
    "api": "doors",
    "apps": "doors",
    "consumers": "doors",
    "forms": "doors",
    "management": "doors",
    "sockets": "doors",
    "urls": "doors",
    "views": "doors",
}
DOORS = {
    "views",
    "api",
    "api_models",
    "api_form",
    "api_shapes",
    "admin",
    "tool",
    "forms",
}
MAPS = ("chatstudio.api.studio", "conversations.urls", "conversations.admin", "conversations.apps")

OURS = {
    name_of(path).removesuffix(".__init__"): path
    for path in modules()
    if name_of(path).startswith("conversations")
}


@cache
def imported_by(module: str) -> frozenset[str]:
    names = set(imports(OURS[module]))
    return frozenset(name for name in names if name in OURS and name != module)


def feature_of(module: str) -> str:
    """Empty for what belongs to none."""
    pieces = module.split(".")
    return pieces[2] if pieces[1:2] == ["features"] and len(pieces) > 2 else ""


def is_door_of_a_feature(module: str) -> bool:
    return (
        bool(feature_of(module))
        and module.split(".")[3:4] != []
        and (module.split(".")[3] in DOORS)
    )


def floor_of(module: str) -> int:
    return rank(module, ())


def rank(module: str, on_the_way: tuple[str, ...]) -> int:
    pieces = module.split(".")
    if len(pieces) == 1 or pieces[1:] == ["features"]:
        return 0
    if not feature_of(module):
        return FLOORS.index(PLACES[pieces[1]])
    if is_door_of_a_feature(module):
        return FLOORS.index("doors")
    needed = imported_by(module) - {*on_the_way, module}
    return max((rank(name, (*on_the_way, module)) for name in needed), default=0)


def test_every_module_has_a_place() -> None:
    assert {m.split(".")[1] for m in OURS if "." in m} - {"features"} <= PLACES.keys()


@pytest.mark.parametrize("module", sorted(OURS))
def test_a_module_imports_nothing_above_it(module: str) -> None:
    here = floor_of(module)
    wrong = [
        f"{name} ({FLOORS[floor_of(name)]})"
        for name in imported_by(module)
        if floor_of(name) > here
    ]
    assert wrong == []


@pytest.mark.parametrize("module", sorted(filter(is_door_of_a_feature, OURS)))
def test_a_feature_s_door_is_imported_by_maps_alone(module: str) -> None:
    feature = feature_of(module)
    importers = {
        name_of(path) for path in modules() if module in set(imports(path)) and path != OURS[module]
    }
    strangers = {
        name for name in importers if not name.startswith(MAPS) and feature_of(name) != feature
    }
    assert strangers == set()
