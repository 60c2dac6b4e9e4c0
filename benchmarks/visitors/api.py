"""A program that sends to a conversation and reads the answer as server-sent events."""

from benchmarks.visitors import BaseProgram


class Visitor(BaseProgram):
    path = "/api/chat/ui/send/stream"

    def body(self, text: str) -> dict[str, object]:
        return {"message": text, "conversation_id": self.key, "model": self.model}

    def is_end(self, text: str) -> bool:
        return "event: finished" in text
