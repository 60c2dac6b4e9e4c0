"""A Query in the words of the database: one file for each, with the same two functions."""

from typing import Protocol

from conversations.features.search.facets import Facets
from conversations.features.search.matching import postgresql, sqlite
from conversations.features.search.values import Match, Query


class Matching(Protocol):
    def messages(self, query: Query, facets: Facets) -> Match: ...

    def titles(self, query: Query, facets: Facets) -> Match: ...


MATCHING: dict[str, Matching] = {"sqlite": sqlite, "postgresql": postgresql}
