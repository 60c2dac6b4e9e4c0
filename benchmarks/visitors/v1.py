"""A program that speaks as OpenAI's do; no conversation is saved."""

from benchmarks.visitors import BaseProgram


class Visitor(BaseProgram):
    path = "/v1/chat/completions"

    def body(self, text: str) -> dict[str, object]:
        messages = [{"role": "user", "content": text}]
        return {"model": self.model, "messages": messages, "stream": True}

    def is_end(self, text: str) -> bool:
        return "[DONE]" in text
