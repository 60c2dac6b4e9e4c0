"""What a model gets to see of a conversation, and the receipt of it."""

from conversations.answering.history.request import Prepared, build_request, parameters_for
from conversations.answering.history.tree import (
    Siblings,
    branch,
    branch_ids,
    newest_below,
    siblings_of,
)

__all__ = [
    "Prepared",
    "Siblings",
    "branch",
    "branch_ids",
    "build_request",
    "newest_below",
    "parameters_for",
    "siblings_of",
]
