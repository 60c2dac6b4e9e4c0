"""What a model gets to see of a conversation, and the receipt of it."""

from conversations.history.request import Prepared, build_request, parameters_for
from conversations.history.tree import branch, branch_ids

__all__ = ["Prepared", "branch", "branch_ids", "build_request", "parameters_for"]
