"""Full-text search over everything that one person may see.

values.py     what is asked and what is answered; no HTML
words.py      what counts as a word, and how it is folded: case, accents, scripts without spaces
parsing.py    what a person typed to a Query
facets.py     filters as words of the index, so that a filter costs no more than a word
finding.py    search(): the one function behind the page and the models' tool
matching/     a Query in the words of the database: SQLite, PostgreSQL
snippets.py   the piece of a message around what was found
spans.py      where in a text the terms are
index/        the index itself: made, kept right, rebuilt, checked
"""

from conversations.features.search.finding import search
from conversations.features.search.index import index_problems, rebuild
from conversations.features.search.values import Filters, Hit, Page, Piece, TitleHit

__all__ = ["Filters", "Hit", "Page", "Piece", "TitleHit", "index_problems", "rebuild", "search"]
