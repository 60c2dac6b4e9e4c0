"""Asking once more: without what a model cannot do, or because it wrote a call that nobody could
read."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from django.conf import settings

from chatstudio.base.json_types import JsonMapping
from chatstudio.base.text import size_of
from chatstudio.base.words import KB
from routing.asking import has_images, is_about_images, with_last_images, without_images
from routing.errors import ModelCannot, RequestRejected, RoutingError, ServerFailed, UnreadableCall
from routing.llm.wordings import may_be_about_images, may_be_about_tools
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    TextDelta,
    ToolCallStarted,
)


async def with_fallback(
    stream: Callable[[ChatRequest], AsyncGenerator[Event]], request: ChatRequest
) -> AsyncGenerator[Event]:
    """A server refuses before the first event, so nothing is ever said twice. A call that cannot be
    read may come after thoughts and other calls; another try is made where no word was said yet, of
    which those calls are not told again. What is refused in words that may mean tools or images is
    tried once without them."""
    told, is_second = Told(), False
    doubtful: RoutingError | None = None
    while True:
        try:
            async with aclosing(stream(request)) as events:
                async for event in events:
                    for news in told.news_of(event, is_second=is_second):
                        yield news
                    if told.is_over:
                        return
            return
        except UnreadableCall:
            if told.has_spoken or is_second:
                raise
            is_second = True
        except (RequestRejected, ServerFailed) as refusal:
            final = doubtful or (refusal if told.has_spoken else None)
            request, missing = _with_less(request, refusal, final)
            doubtful = refusal
            yield missing
        except ModelCannot as refusal:
            request, notice = _without(request, refusal)
            if notice:
                yield notice


@dataclass(slots=True)
class Told:
    """What has come before another try."""

    has_spoken: bool = False
    is_over: bool = False
    size: int = 0
    """Bytes, whether or not anybody is told of them meanwhile, as of a choice or a summary."""
    calls: list[tuple[str, JsonMapping]] = field(default_factory=list)

    def news_of(self, event: Event, *, is_second: bool) -> Iterator[Event]:
        if self.is_news(event, is_second=is_second):
            yield event
        self.is_over = isinstance(event, Finished)
        if not self.is_over and self.size >= settings.MAX_ANSWER_KB * KB:
            self.is_over = True
            yield Finished("too_long")

    def is_news(self, event: Event, *, is_second: bool) -> bool:
        if isinstance(event, TextDelta | ReasoningDelta):
            self.size += size_of(event.text)
            if isinstance(event, TextDelta):
                self.has_spoken = True
        if not isinstance(event, ToolCallStarted):
            return True
        call = (event.call.name, event.call.arguments)
        if is_second and call in self.calls:
            return False
        self.calls.append(call)
        return True


def _with_less(
    request: ChatRequest, refusal: RoutingError, final: RoutingError | None
) -> tuple[ChatRequest, Notice]:
    """What a refusal in unknown words may be about, where there is no `final` one to be told. A
    program's own tools never go in silence."""
    if final:
        raise final from None
    words = str(refusal.context.get("detail"))
    if request.tools and request.tool_context and may_be_about_tools(words):
        return replace(request, tools=()), Notice("tools_refused")
    if may_be_about_images(words) and (fewer := with_last_images(request)) != request:
        return fewer, Notice("earlier_images_left_out")
    raise refusal from None


def _without(request: ChatRequest, refusal: ModelCannot) -> tuple[ChatRequest, Notice | None]:
    """Where nothing is lost, there is nothing to tell."""
    capability = refusal.context.get("capability")
    if capability == "such roles" and (merged := by_turns(request)) != request:
        return merged, None
    if capability == "tools" and request.tools:
        return replace(request, tools=()), Notice("tools_unsupported")
    if capability == "thinking" and request.parameters.thinking is not None:
        parameters = replace(request.parameters, thinking=None)
        return replace(request, parameters=parameters), Notice("thinking_unsupported")
    if capability == "images" and has_images(request) and not is_about_images(request):
        return without_images(request), Notice("images_left_out")
    if capability == "so many images" and (fewer := with_last_images(request)) != request:
        return fewer, Notice("earlier_images_left_out")
    raise refusal


def by_turns(request: ChatRequest) -> ChatRequest:
    """Person and model in turn alone: system messages become part of the person's, and what one of
    them said in several messages becomes one."""
    turns: list[ChatMessage] = []
    for message in request.messages:
        if message.role == "system":
            message = replace(message, role="user")
        if turns and turns[-1].role == message.role and message.role != "tool":
            message = _joined(turns.pop(), message)
        turns.append(message)
    return replace(request, messages=tuple(turns))


def _joined(first: ChatMessage, second: ChatMessage) -> ChatMessage:
    return replace(
        second,
        content="\n\n".join(filter(None, (first.content, second.content))),
        images=(*first.images, *second.images),
        tool_calls=(*first.tool_calls, *second.tool_calls),
    )
