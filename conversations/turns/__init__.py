"""The doors through which answers begin: for pages and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from conversations.turns.again import edit, resume, retry, switch
from conversations.turns.limits import TooManyTurns, TurnRefused
from conversations.turns.start import start_turn
from conversations.turns.writing import TITLE_WIDTH, Route, Turn, TurnInput, title_of

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
