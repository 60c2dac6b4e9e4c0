"""PostgreSQL's language: a tsquery, put together from one for each term by the database itself,
which takes words apart in a few more ways than we do."""

from conversations.features.search.facets import Facets
from conversations.features.search.values import Match, Query, Term

MESSAGES, MESSAGE = "conversations_search_entry", "conversations_search_entry.message_id"
TITLES, CONVERSATION = "conversations_search_title", "conversations_search_title.conversation_id"


def messages(query: Query, facets: Facets) -> Match:
    return _match(MESSAGES, MESSAGE, query, facets)


def titles(query: Query, facets: Facets) -> Match:
    return _match(TITLES, CONVERSATION, query, facets)


def _match(table: str, key: str, query: Query, facets: Facets) -> Match:
    wanted = [_as_query(term) for term in query.wanted]
    unwanted = [("!!" + sql, value) for sql, value in map(_as_query, query.unwanted)]
    terms = [*wanted, *unwanted, ("%s::tsquery", _facets(facets))]
    is_found = f"{table}.words @@ ({' && '.join(sql for sql, _ in terms)})"
    # A term in which PostgreSQL sees no word would be left out, and everything found.
    has_words = [f"numnode({sql}) > 0" for sql, _ in wanted]
    parameters = [value for _, value in [*terms, *wanted]]
    return Match(table, key, " AND ".join([is_found, *has_words]), parameters)


def _as_query(term: Term) -> tuple[str, str]:
    text = " ".join(term.words)
    if term.is_prefix:
        return "to_tsquery('simple', %s)", f"'{text}':*"
    return "phraseto_tsquery('simple', %s)", text


def _facets(facets: Facets) -> str:
    """Their words begin with a space, as none of a text's can."""
    groups = (" | ".join(f"' {word}'" for word in group) for group in facets)
    return " & ".join(f"({group})" for group in groups)
