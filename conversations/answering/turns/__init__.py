"""The doors through which answers begin: for pages and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from conversations.answering.turns.again import continue_answer as continue_answer
from conversations.answering.turns.again import edit_question as edit_question
from conversations.answering.turns.again import regenerate_answer as regenerate_answer
from conversations.answering.turns.again import show_branch as show_branch
from conversations.answering.turns.limits import TooManyTurns as TooManyTurns
from conversations.answering.turns.limits import TurnInvalid as TurnInvalid
from conversations.answering.turns.limits import TurnRefused as TurnRefused
from conversations.answering.turns.start import Sent as Sent
from conversations.answering.turns.start import begin_turn as begin_turn
from conversations.answering.turns.start import start_turn as start_turn
from conversations.answering.turns.writing import Route as Route
from conversations.answering.turns.writing import Turn as Turn
from conversations.answering.turns.writing import TurnInput as TurnInput
