"""The doors through which answers begin: for pages and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from conversations.turns.again import edit, resume, retry, switch
from conversations.turns.start import start_turn
from conversations.turns.writing import (
    TITLE_WIDTH,
    TooManyTurns,
    Turn,
    TurnInput,
    TurnRefused,
    title_of,
)

__all__ = [
    "TITLE_WIDTH",
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
