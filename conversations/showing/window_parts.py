"""What the model's window held while it wrote an answer, for the bar of the receipt.

The server counts all that it read in one figure. Which part took how much of it is reckoned from
the sizes of the texts, so the parts are about right and their sum is exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chatstudio.base.words import group_digits
from conversations.receipts import Receipt

SCALE = 1000
"""Units of the whole bar's width."""


@dataclass(frozen=True, slots=True)
class WindowPart:
    """`kind` names its colour; `start` and `width` are units of the bar."""

    kind: str
    label: str
    tokens: int
    start: int
    width: int

    @property
    def figure(self) -> str:
        return group_digits(self.tokens)


def window_parts(receipt: Receipt) -> list[WindowPart]:
    """In the order in which they stood there; none where the server did not count."""
    counts = [(kind, label, tokens) for kind, label, tokens in _counts(receipt) if tokens > 0]
    whole = sum(tokens for *_, tokens in counts) or 1
    parts, before = [], 0
    for kind, label, tokens in counts:
        start, end = (SCALE * at // whole for at in (before, before + tokens))
        parts.append(WindowPart(kind, label, tokens, start, end - start))
        before += tokens
    return parts


def _counts(receipt: Receipt) -> Iterator[tuple[str, str, int]]:
    rounds = receipt.rounds
    first = rounds[0].usage if rounds else receipt.usage
    last = rounds[-1].usage if rounds else receipt.usage
    if not first.input_tokens or not last.input_tokens:
        return
    tools = min(receipt.tool_tokens or 0, first.input_tokens)
    yield "tools", "Tools offered", tools
    yield from _texts(receipt, first.input_tokens - tools)
    yield "steps", "Steps with tools", last.input_tokens - first.input_tokens
    written = last.output_tokens or 0
    yield "answer", "Answer", written
    yield "free", "Free", (receipt.window.tokens or 0) - last.input_tokens - written


def _texts(receipt: Receipt, tokens: int) -> Iterator[tuple[str, str, int]]:
    sizes = list(_sizes(receipt))
    whole, before = sum(size for *_, size in sizes), 0
    for kind, label, size in sizes:
        share = [tokens * at // whole for at in (before, before + size)] if whole else [0, 0]
        yield kind, label, share[1] - share[0]
        before += size


def _sizes(receipt: Receipt) -> Iterator[tuple[str, str, int]]:
    """In bytes. What files took is what is not the others', if nothing was left out later."""
    files = [file for entry in receipt.messages for file in entry.attachments]
    has_texts = any(file.kind != "image" for file in files)
    known = [
        ("system", "System prompt", receipt.prompt_profile.bytes),
        ("memories", "Memories", sum(memory.bytes for memory in receipt.memories)),
        ("summary", "Summary", receipt.summary.bytes if receipt.summary else 0),
        ("messages", "Messages", sum(entry.bytes for entry in receipt.messages)),
    ]
    rest = (receipt.sent_bytes or 0) - sum(size for *_, size in known)
    is_told_apart = has_texts and rest > 0 and not receipt.left_out
    with_them = ["files"] if has_texts and not is_told_apart else []
    with_them += ["images"] if receipt.images else []
    *before, (kind, label, size) = known
    yield from before
    yield kind, " and ".join([label, *with_them]), size
    yield "files", "Files", rest if is_told_apart else 0
