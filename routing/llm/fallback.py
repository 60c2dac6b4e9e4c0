"""Asking once more: without what a model cannot do, or because it wrote a call that nobody could
read."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from routing.asking import has_images, is_about_images, without_images
from routing.errors import ModelCannot, UnreadableCall
from routing.types import ChatRequest, Event, Notice, TextDelta


async def with_fallback(
    stream: Callable[[ChatRequest], AsyncGenerator[Event]], request: ChatRequest
) -> AsyncGenerator[Event]:
    """A server refuses before the first event, so nothing is ever said twice. A call that cannot be
    read may come after thoughts; another try is made where no word was said yet."""
    has_spoken = is_second = False
    while True:
        try:
            async with aclosing(stream(request)) as events:
                async for event in events:
                    has_spoken = has_spoken or isinstance(event, TextDelta)
                    yield event
            return
        except UnreadableCall:
            if has_spoken or is_second:
                raise
            is_second = True
        except ModelCannot as refusal:
            request, notice = _without(request, refusal)
            yield notice


def _without(request: ChatRequest, refusal: ModelCannot) -> tuple[ChatRequest, Notice]:
    capability = refusal.context.get("capability")
    if capability == "tools" and request.tools:
        return replace(request, tools=()), Notice("tools_unsupported")
    if capability == "thinking" and request.parameters.thinking is not None:
        parameters = replace(request.parameters, thinking=None)
        return replace(request, parameters=parameters), Notice("thinking_unsupported")
    if capability == "images" and has_images(request) and not is_about_images(request):
        return without_images(request), Notice("images_left_out")
    raise refusal
