"""The page for a new conversation: the message makes it, and is answered with its page. The socket
stays, and is told what is shown now."""

from benchmarks.visitors import studio


class Visitor(studio.Visitor):
    async def open(self) -> None:
        await self.open_page("/chat/")

    async def ask(self, text: str) -> None:
        page = await self.send_to("/chat/send/", text)
        found, follows = studio.STATE.search(page), studio.FOLLOWS.search(page)
        if found is None or follows is None:
            raise studio.Failed(f"the message was not answered with a page: {page[:200]!r}")
        assert self.socket
        self.socket.send(f"show 1 {follows[1]} {found[1]} {self.sidebar}")
