"""What each fake model says, step by step, whatever the protocol."""

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import Any

from tests.fakes import measured
from tests.fakes.model_shapes import ORDER, example, in_shape

SLOW_WORDS = 300
SLOW_RATE = 20.0
ENDLESS = re.compile(r"endless-(text|thoughts|space|code|call)-(\d+):1b")
"""The number is the characters of a piece: many small ones, or a few that are huge."""
SENTENCES = re.compile(r"sentences-(\d+)tps-(\d+):1b")

MARKDOWN = """# A heading

Some *emphasis*, **strong** words, `code` and a [link](https://example.com/).

```python
def add(a: int, b: int) -> int:
    return a + b
```

| name | value |
|------|------:|
| one  |     1 |
| two  |     2 |

1. first
2. second
   - inner

- [x] done
- [ ] open

Inline $a^2 + b^2 = c^2$ and a block:

$$
\\int_0^1 x^2 \\, dx = \\frac{1}{3}
$$
"""
HALF_UTF8 = "Grüße 👩‍👩‍👧‍👦 你好，世界 line\u2028separator next\u0085line 🇪🇺 done"


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Think:
    text: str


@dataclass(frozen=True)
class Call:
    """In the last chunk, as models with a Jinja template do."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class ErrorLine:
    message: str


@dataclass(frozen=True)
class Die:
    """The connection is reset."""


@dataclass(frozen=True)
class EndEarly:
    """The stream ends properly but without its last line."""


@dataclass(frozen=True)
class Refuse:
    """Instead of a stream. `raw` is the value of Ollama's `error`."""

    status: int
    raw: str
    kind: str = "api_error"
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fragment:
    """A piece of a call's arguments, in OpenAI's protocol."""

    text: str


type Step = Text | Think | Call | Fragment | ErrorLine | Die | EndEarly | Refuse


@dataclass(frozen=True)
class Asked:
    model: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    thinks: bool = True
    schema: Mapping[str, Any] | None = None
    must_call: str | None = None

    def last(self, role: str) -> str:
        texts = [str(m.get("content", "")) for m in self.messages if m.get("role") == role]
        return texts[-1] if texts else ""

    def begun(self) -> str:
        """The beginning that is to be continued."""
        last = self.messages[-1] if self.messages else {}
        return str(last.get("content", "")) if last.get("role") == "assistant" else ""


NAMES = (
    "fast:1b",
    "slow:1b",
    "markdown:1b",
    "loading:1b",
    "never:1b",
    "dies:1b",
    "ends-early:1b",
    "error-line:1b",
    "half-utf8:1b",
    "thinking:1b",
    "thinking-only:1b",
    "too-long:1b",
    "gone:1b",
    "load-fails:1b",
    "busy:1b",
    "queued:1b",
    "tools:1b",
    "no-schema:1b",
    "seeing:1b",
    "thinks-aloud:1b",
    "error-echo:1b",
    "refusal-echo:1b",
    "embed:1b",
    "cloud:1b-cloud",
)


def is_known(model: str) -> bool:
    return model in NAMES or any(
        kind.fullmatch(model) for kind in (measured.BENCH, SENTENCES, ENDLESS)
    )


def capabilities(model: str) -> list[str]:
    if model == "embed:1b":
        return ["embedding"]
    extra = {
        "thinks-aloud:1b": "thinking",
        "thinking:1b": "thinking",
        "thinking-only:1b": "thinking",
        "tools:1b": "tools",
        "seeing:1b": "vision",
    }
    return ["completion", *([extra[model]] if model in extra else [])]


def refusal(model: str) -> Refuse | None:
    """What the model's name alone decides."""
    too_long = "request (9000 tokens) exceeds the available context size (4096 tokens)"
    numbers = {"n_prompt_tokens": 9000, "n_ctx": 4096}
    refusals = {
        "too-long:1b": Refuse(400, too_long, "exceed_context_size_error", numbers),
        "gone:1b": Refuse(404, f"model '{model}' not found", "not_found_error"),
        "load-fails:1b": Refuse(500, "llama-server process has terminated: exit status 2"),
        "busy:1b": Refuse(503, "server busy, please try again.  maximum pending requests exceeded"),
        "embed:1b": Refuse(400, f'"{model}" does not support chat'),
    }
    if not is_known(model):
        return Refuse(404, f"model '{model}' not found", "not_found_error")
    return refusals.get(model)


async def answer(asked: Asked) -> AsyncIterator[Step]:
    if refused := refusal(asked.model):
        yield refused
    elif asked.model == "error-echo:1b":
        yield ErrorLine(asked.last("user"))
    elif asked.model == "never:1b":
        await asyncio.Event().wait()
    else:
        await asyncio.sleep(measured.delay(asked.model))
        steps, rate = _script(asked)
        async for step in _paced(steps, rate):
            yield step


def _script(asked: Asked) -> tuple[Iterator[Step], float]:
    """Steps, and how many a second (0: as fast as they are taken)."""
    if asked.schema and (names := _tools_to_choose(asked.schema)):
        return _words(json.dumps(_chosen(asked, names))), 0.0
    if asked.schema is not None and not asked.tools:
        return _words(in_shape(asked.schema, asked.last("user"))), 0.0
    if bench := measured.BENCH.fullmatch(asked.model):
        return _measured(asked, bench), float(bench["rate"])
    if prose := SENTENCES.fullmatch(asked.model):
        return _words(" ".join(_sentences(int(prose[2])))), float(prose[1])
    if endless := ENDLESS.fullmatch(asked.model):
        return repeat(_endless(endless[1], int(endless[2]))), 0.0
    if asked.model in ("slow:1b", "queued:1b"):
        return _numbered(asked, SLOW_WORDS), SLOW_RATE
    if asked.model in ("dies:1b", "ends-early:1b", "error-line:1b"):
        return _broken(asked.model), 50.0
    return _quick(asked), {"markdown:1b": 200.0, "thinking:1b": 2.0}.get(asked.model, 0.0)


def _measured(asked: Asked, bench: re.Match[str]) -> Iterator[Step]:
    tokens = int(bench["tokens"])
    shape = bench["shape"]
    steps = map(Text, measured.shaped(shape, tokens)) if shape else _numbered(asked, tokens)
    yield from islice(steps, int(bench["at"])) if bench["end"] else steps
    if bench["end"] == "dies":
        yield Die()
    if bench["end"] == "error":
        yield ErrorLine("an error was encountered while running the model: unexpected EOF")
    if bench["end"]:
        yield EndEarly()


def _endless(kind: str, length: int) -> Step:
    words = ("word " * (length // 5 + 1))[:length]
    match kind:
        case "thoughts":
            return Think(words)
        case "space":
            return Text(" " * length)
        case "code":
            return Text("```\n" + words + "\n\n")
        case "call":
            return Fragment(words)
        case _:
            return Text(words)


def _quick(asked: Asked) -> Iterator[Step]:
    match asked.model:
        case "markdown:1b":
            return _words(MARKDOWN)
        case "half-utf8:1b":
            return _words(HALF_UTF8)
        case "thinking:1b" | "thinking-only:1b":
            return _thinking(asked)
        case "thinks-aloud:1b":
            return iter([Think(asked.last("user")), Text(asked.last("user"))])
        case "tools:1b":
            return _tools(asked)
        case "seeing:1b":
            return _seen(asked)
        case _:
            return _words(asked.last("user").removeprefix(asked.begun()))


def _words(text: str) -> Iterator[Step]:
    return (Text(word) for word in re.findall(r"\s*\S+\s*", text))


def _numbered(asked: Asked, count: int) -> Iterator[Step]:
    """w0 w1 w2 …, going on after the last number of a beginning."""
    told = re.findall(r"w(\d+)", asked.begun())
    first = int(told[-1]) + 1 if told else 0
    return (Text(f" w{n}" if n else "w0") for n in range(first, count))


def _sentences(count: int) -> Iterator[str]:
    return (f"This is sentence {n}{'.!?'[n % 3]}" for n in range(count))


def _broken(model: str) -> Iterator[Step]:
    for n in range(10):
        yield Text(f" w{n}" if n else "w0")
    if model == "dies:1b":
        yield Die()
    if model == "error-line:1b":
        yield ErrorLine("an error was encountered while running the model: unexpected EOF")
    yield EndEarly()


def _thinking(asked: Asked) -> Iterator[Step]:
    for word in ("Let", " me", " think", " about", " it", ".") if asked.thinks else ():
        yield Think(word)
    if asked.model == "thinking:1b":
        yield from _words("The answer is 42.")


def _tools(asked: Asked) -> Iterator[Step]:
    """Calls what the message orders (`call NAME {…}`), else the first tool that is offered."""
    if asked.messages and asked.messages[-1].get("role") == "tool":
        return _words(f"The tool said: {asked.messages[-1].get('content')}")
    if not asked.tools:
        return _words("No tools were offered.")
    if order := ORDER.search(asked.last("user")):
        return iter([Call(order[1], json.loads(order[2]))])
    if asked.schema is not None and asked.must_call is None:
        return _words(in_shape(asked.schema, ""))
    functions = [tool.get("function", {}) for tool in asked.tools]
    named = [one for one in functions if one.get("name") == asked.must_call]
    function = (named or functions)[0]
    return iter([Call(function.get("name", ""), _example(function.get("parameters", {})))])


def _tools_to_choose(schema: Mapping[str, Any]) -> list[str]:
    ways = [one.get("properties", {}) for one in schema.get("anyOf", [])]
    return [one["tool"]["const"] for one in ways if "const" in one.get("tool", {})]


def _chosen(asked: Asked, names: list[str]) -> dict[str, Any]:
    """What the message orders (`call NAME {…}`), else the last one, which is to answer."""
    order = ORDER.search(asked.last("user").partition("\n\nWhich of")[0])
    if order and order[1] in names:
        return {"tool": order[1], "arguments": json.loads(order[2])}
    return {"tool": names[-1]}


def _seen(asked: Asked) -> Iterator[Step]:
    """How many images came with all messages, and how large each is."""
    images = [image for message in asked.messages for image in message.get("images", ())]
    sizes = ", ".join(f"{len(base64.b64decode(image)):,} bytes" for image in images)
    return _words(f"I see {len(images)} images: {sizes}." if images else "I see no image.")


def _example(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    needed = schema.get("required", [])
    return {name: example(properties.get(name, {}), schema) for name in needed}


async def _paced(steps: Iterator[Step], rate: float) -> AsyncIterator[Step]:
    """By the clock rather than by a pause each, so that a slow reader does not bend the rate."""
    start = time.monotonic()
    for count, step in enumerate(steps):
        await asyncio.sleep(max(0.0, start + count / rate - time.monotonic()) if rate else 0)
        yield step
