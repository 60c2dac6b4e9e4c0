"""OpenAI's fine-tuning lines: the branch that is shown, questions and answers alone. Write only."""

from collections.abc import Iterable, Iterator

from conversations.features.exchange.contract import Format
from conversations.features.exchange.jsonl import lines
from conversations.features.exchange.tree import system_prompt_of
from conversations.features.exchange.values import ForeignConversation


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    every = (_messages(one) for one in conversations)
    return lines({"messages": one} for one in every if one)


def _messages(conversation: ForeignConversation) -> list[dict[str, str]]:
    """None where there is nothing to learn, which is from an answer that comes last."""
    said = [
        {"role": message.role, "content": message.text}
        for message in conversation.branch()
        if message.role in ("user", "assistant") and message.text.strip() and not message.is_hidden
    ]
    while said and said[-1]["role"] != "assistant":
        said.pop()
    prompt = system_prompt_of(conversation)
    system = [{"role": "system", "content": prompt}] if prompt else []
    return [*system, *said] if said else []


FORMAT = Format(
    "fine-tuning",
    "OpenAI fine-tuning (JSON Lines)",
    "Questions and answers of the branch that is shown, to train a model with.",
    extension="jsonl",
    content_type="application/jsonl",
    write=write,
)
