"""How a program uses a key that was just made, to be copied as it stands."""

from dataclasses import dataclass

from django.http import HttpRequest

from chatstudio.models import ApiKey

JSON_HEADER = '  -H "Content-Type: application/json"'
QUESTION = """  -d '{"message": "How does a heat pump work?"}'"""


@dataclass(frozen=True, slots=True)
class Example:
    title: str
    code: str


def examples(request: HttpRequest, row: ApiKey, key: str) -> list[Example]:
    """With the address at which this server was asked; only what the key's scopes allow."""
    base = request.build_absolute_uri("/").rstrip("/")
    bearer = f'  -H "Authorization: Bearer {key}"'
    if row.may_chat:
        lines = [f"curl {base}/api/chat/ui/send", bearer, JSON_HEADER, QUESTION]
        openai = [f"export OPENAI_BASE_URL={base}/v1", f"export OPENAI_API_KEY={key}"]
        return [
            Example("Ask something", " \\\n".join(lines)),
            Example("For programs that know OpenAI's API", "\n".join(openai)),
        ]
    if row.may_read:
        lines = [f"curl {base}/api/chat/ui/conversations", bearer]
        return [Example("See the conversations", " \\\n".join(lines))]
    return []
