"""The doors through which answers begin: for pages and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from conversations.answering.turns.again import edit, resume, retry, switch
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
    "edit",
    "resume",
    "retry",
    "start_turn",
    "switch",
    "title_of",
]
