"""Trees of messages, without recursion: a conversation may be 20,000 messages deep."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignMessage,
    ForeignPart,
    Refused,
)


def parents_first(parents: Mapping[str, str | None]) -> list[str]:
    """All keys, each after its parent, else in the order given. A parent that is not there is
    taken for none; a circle is refused."""
    children: dict[str | None, list[str]] = defaultdict(list)
    for key, parent in parents.items():
        children[parent if parent in parents else None].append(key)
    ordered: list[str] = []
    waiting = children[None][::-1]
    while waiting:
        key = waiting.pop()
        ordered.append(key)
        waiting.extend(reversed(children.get(key, [])))
    if len(ordered) < len(parents):
        lost = next(iter(parents.keys() - set(ordered)))
        raise Refused(f"Its messages follow each other in a circle, at {lost[:60]!r}.")
    return ordered


def check_conversation(conversation: ForeignConversation) -> ForeignConversation:
    """Whatever a reader made: keys once, parents before children, a head that is there."""
    by_key: dict[str, ForeignMessage] = {}
    for message in conversation.messages:
        if message.key in by_key:
            raise Refused(f"Two of its messages have the same id, {message.key[:60]!r}.")
        by_key[message.key] = message
    strangers = 0
    for message in conversation.messages:
        if message.parent is not None and message.parent not in by_key:
            message.parent, strangers = None, strangers + 1
    if strangers:
        conversation.notes.append(f"{strangers} messages follow one that is not in the file.")
    if not is_parents_first(conversation.messages):
        order = parents_first({key: message.parent for key, message in by_key.items()})
        conversation.messages = [by_key[key] for key in order]
    if conversation.head not in by_key:  # the last message that nobody follows
        followed = {message.parent for message in conversation.messages}
        leaves = (m.key for m in reversed(conversation.messages) if m.key not in followed)
        conversation.head = next(leaves, None)
    return conversation


def is_parents_first(messages: Iterable[ForeignMessage]) -> bool:
    seen: set[str | None] = {None}
    for message in messages:
        if message.parent not in seen:
            return False
        seen.add(message.key)
    return True


def in_a_row(messages: list[ForeignMessage]) -> list[ForeignMessage]:
    """Each one the parent of the next."""
    before: str | None = None
    for message in messages:
        message.parent, before = before, message.key
    return messages


def with_system_prompt(conversation: ForeignConversation, prompt: str) -> None:
    """As a message of its own above all others: a model that goes on here shall know it."""
    if not prompt.strip() or any(
        m.role == "system" and m.text == prompt for m in roots(conversation)
    ):
        return
    top = ForeignMessage(_free_key(conversation), None, "system", [ForeignPart("text", prompt)])
    for message in roots(conversation):
        message.parent = top.key
    conversation.messages.insert(0, top)


def roots(conversation: ForeignConversation) -> list[ForeignMessage]:
    return [message for message in conversation.messages if message.parent is None]


def _free_key(conversation: ForeignConversation) -> str:
    taken = {message.key for message in conversation.messages}
    key = "system"
    while key in taken:
        key += "-"
    return key


def system_prompt_of(conversation: ForeignConversation) -> str:
    """The prompt profile's, and what a system message at the beginning says."""
    first = next(conversation.branch(), None)
    own = first.text if first and first.role == "system" and not first.is_hidden else ""
    return "\n\n".join(text for text in (conversation.system_prompt, own) if text.strip())


def without_system_root(conversation: ForeignConversation) -> list[ForeignMessage]:
    """The messages for formats that keep the system prompt beside them: what followed a system
    message at the root is a root itself."""
    tops = {m.key for m in roots(conversation) if m.role == "system" and not m.is_hidden}
    return [message for message in conversation.messages if message.key not in tops]


def nearest_of(
    key: str | None, parents: Mapping[str, str | None], written: Container[str]
) -> str | None:
    """This message, or the nearest before it that is written."""
    while key is not None and key not in written:
        key = parents.get(key)
    return key
