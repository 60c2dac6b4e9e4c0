"""A browser's side of a stream: a list of blocks that changes are applied to."""

from random import Random

from conversations.rendering import BlockStream, Changes, render


class Screen:
    def __init__(self) -> None:
        self.blocks: list[str] = []

    def apply(self, changes: Changes) -> None:
        length_before = len(self.blocks)
        del self.blocks[changes.first_changed :]
        self.blocks.extend(block.html for block in changes.blocks)
        assert changes.removed == max(0, length_before - len(self.blocks))


def one_shot(markdown: str, *, final: bool) -> list[str]:
    return [block.html for block in render(markdown, final=final)]


def assert_streams_exactly(markdown: str, random: Random, longest: int = 12) -> None:
    """Whatever the chunks, each flush shows what a one-shot render of the text so far gives."""
    stream, screen, end = BlockStream(), Screen(), 0
    while end < len(markdown):
        end += random.randint(1, longest)
        screen.apply(stream.update(markdown[:end], final=False))
        assert screen.blocks == one_shot(markdown[:end], final=False)
    screen.apply(stream.update(markdown, final=True))
    assert screen.blocks == one_shot(markdown, final=True)
    assert screen.blocks == [block.html for block in stream.blocks]
