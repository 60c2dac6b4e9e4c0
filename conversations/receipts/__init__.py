"""The receipt of an answer: what was sent, what was left out and why, and what it took.

It is stored with the generation and holds ids, hashes and sizes, never a second copy of a text.
"""

from conversations.receipts.receipt import Receipt

__all__ = ["Receipt"]
