"""The doors through which answers begin: for pages and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from conversations.answering.turns.again import (
    continue_answer,
    edit_question,
    regenerate_answer,
    show_branch,
)
from conversations.answering.turns.limits import TooManyTurns, TurnRefused
from conversations.answering.turns.start import start_turn
from conversations.answering.turns.writing import TITLE_WIDTH, Route, Turn, TurnInput, title_of

__all__ = [
    "TITLE_WIDTH",
    "Route",
    "TooManyTurns",
    "Turn",
    "TurnInput",
    "TurnRefused",
    "continue_answer",
    "edit_question",
    "regenerate_answer",
    "show_branch",
    "start_turn",
    "title_of",
]
