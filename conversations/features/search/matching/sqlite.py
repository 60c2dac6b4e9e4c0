"""FTS5's language. Words hold letters and digits alone, so nothing of what was typed is syntax."""

from collections.abc import Iterable

from conversations.features.search.facets import Facets
from conversations.features.search.values import Match, Query, Term

MESSAGES = "conversations_search_words"
TITLES = "conversations_search_titles"


def messages(query: Query, facets: Facets) -> Match:
    return _match(MESSAGES, query, facets)


def titles(query: Query, facets: Facets) -> Match:
    return _match(TITLES, query, facets)


def _match(table: str, query: Query, facets: Facets) -> Match:
    return Match(table, f"{table}.rowid", f"{table} MATCH %s", [expression(query, facets)])


def expression(query: Query, facets: Facets) -> str:
    """(facets : "o1") AND (words : ("heat pump" AND "insta" *)) NOT …"""
    quoted = ([f'"{word}"' for word in group] for group in facets)
    needed = [f"(facets : {_any(words)})" for words in quoted]
    wanted = f"(words : {_all(map(_term, query.wanted))})"
    unwanted = [f"(words : {_term(term)})" for term in query.unwanted]
    return " NOT ".join([_all([*needed, wanted]), *([_any(unwanted)] if unwanted else [])])


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'


def _all(terms: Iterable[str]) -> str:
    return f"({' AND '.join(terms)})"


def _any(terms: Iterable[str]) -> str:
    return f"({' OR '.join(terms)})"
