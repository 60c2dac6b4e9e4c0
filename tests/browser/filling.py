"""Conversations that were there before, written as rows into a running server's database."""

from tests.servers import Studio

FILL = """
from datetime import timedelta
from django.utils import timezone
from chatstudio.local import local_person
from conversations.models import Conversation
from conversations.tests.rows import conversation_of, say
long_ago = timezone.now() - timedelta(days=400)
for number in range({conversations}):
    conversation_of(local_person(), long_ago, title=f"Conversation {{number}}")
one = conversation_of(local_person(), title="A long one")
for number in range({messages}):
    row = say(one, "assistant" if number % 2 else "user", {text!r} or f"Message {{number}}")
    row.created_at -= timedelta(days=({messages} - 1 - number) * {days} // {messages})
    row.save(update_fields=["created_at"])
print(f"key={{one.public_id}}")
"""


def fill(
    studio: Studio, messages: int = 2, conversations: int = 0, days: int = 1, text: str = ""
) -> str:
    """The address of a conversation with so many messages, written on so many days until today."""
    code = FILL.format(messages=messages, conversations=conversations, days=days, text=text)
    key = studio.run("shell", "--no-imports", "-c", code).rpartition("key=")[2].strip()
    return f"{studio.url}/chat/{key}/"


MEASURE = """
from datetime import timedelta
from django.utils import timezone
from chatstudio.local import local_person
from metrics.tests.made import failed, measured
for day in range(40):
    at = timezone.now() - timedelta(days=day)
    measured(local_person(), at, model_name="measured:1b")
    failed(local_person(), at=at, model_name="a-model-with-quite-a-long-name-indeed:70b-q4")
"""


def measure(studio: Studio) -> None:
    """Answers of forty days, of which every second one failed."""
    studio.run("shell", "--no-imports", "-c", MEASURE)
