from benchmarks.visitors import BaseVisitor
from benchmarks.wire import Failed


class Visitor(BaseVisitor):
    async def open(self) -> None:
        await self.connect(f"/ws/{self.key}/")

    async def ask(self, text: str) -> None:
        form = {"text": text, "model": self.model.partition("@")[0]}
        status, _, body = await self.http.request("POST", f"/{self.key}/", form)
        if status != 200:
            raise Failed(f"the message was answered with {status}: {body[:200]!r}")

    def is_end(self, text: str) -> bool:
        return text == "<end>"
