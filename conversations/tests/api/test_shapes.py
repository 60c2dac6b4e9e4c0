"""Lists of words that are closed stand in full where a field has one of them."""

from collections.abc import Iterable

import pytest

from conversations.models import Attachment, Message, ToolCall
from conversations.models.message import MessagePart, Status
from conversations.showing.api.shapes import AttachmentShape, MessageShape, PartShape, ToolCallShape
from routing.tools.base import Risk
from routing.types import FINISH_REASONS


@pytest.mark.parametrize(
    ("shape", "field", "words"),
    [
        (MessageShape, "role", Message.Role.values),
        (MessageShape, "status", Status.values),
        (MessageShape, "finish_reason", FINISH_REASONS),
        (PartShape, "kind", MessagePart.Kind.values),
        (AttachmentShape, "kind", Attachment.Kind.values),
        (ToolCallShape, "risk", list(Risk)),
        (ToolCallShape, "status", ToolCall.Status.values),
        (ToolCallShape, "decision", ToolCall.Decision.values),
    ],
)
def test_all_words_of_a_list_are_told(shape, field: str, words: Iterable[str]) -> None:
    told = shape.model_fields[field].description
    assert [word for word in words if f"`{word}`" not in told] == []
