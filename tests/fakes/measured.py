"""Models that are made to be measured: all that they do stands in their name.

bench-30tps-300tok:1b                 300 numbered words, 30 a second (0tps: as fast as can be)
bench-30tps-300tok-mix:1b             within headings, paragraphs, code, lists and tables
bench-30tps-300tok-code:1b            as one block of code; likewise `list`, `table`, `paragraph`
bench-30tps-300tok-50ms:1b            after 50 ms of silence
bench-30tps-300tok-mix-50ms-dies20:1b the connection is reset after 20 tokens; `ends20` leaves
                                      out the last line, `error20` says an error
"""

import re
from collections.abc import Iterator

BENCH = re.compile(
    r"bench-(?P<rate>\d+)tps-(?P<tokens>\d+)tok(?:-(?P<shape>mix|paragraph|code|list|table))?"
    r"(?:-(?P<delay>\d+)ms)?"
    r"(?:-(?P<end>dies|ends|error)(?P<at>\d+))?:1b"
)

# Each @ becomes a numbered word, and one token.
MIX = """

## @ @ @

@ @ @ @ **@ @** @ @ @ @ `@` @ @ @ @ [@ @](https://example.com/) @ @ @ @ *@* @ @ @ @ @ @ @ @ @ @ @ @.

@ @ @ @ @ @ @ @ @ @ @ @ $a^2 + b^2 = c^2$ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @:

```python
def @(@: int, @: str) -> list[str]:
    # @ @ @ @
    @ = [@ for @ in range(@) if @ > 2]
    return @ + @ + "@ @ @"
```

1. @ @ @ @ @ @
2. **@** @ @ @ @
   - @ @ @ @
   - @ @ @
3. @ @ @ @ @ @ @

| @ | @ | @ |
|---|--:|---|
| @ | @ | @ @ |
| @ | @ | @ |

> @ @ @ @ @ @ @ @ @ @

@ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @."""

# What stands once before, and what comes again and again.
SHAPES = {
    "mix": ("", MIX),
    "paragraph": ("", "@ @ @ @ @, @ *@* @ @ `@` @ @ @. "),
    "code": ("```python\n", "    @ = @(@, @) + @[@] if @ else @\n"),
    "list": ("", "- @ @ **@** @ @ `@` @ @\n"),
    "table": ("| one | two | three |\n|---|--:|---|\n", "| @ @ | `@` | @ @ |\n"),
}


def delay(model: str) -> float:
    """Seconds before the first token."""
    bench = BENCH.fullmatch(model)
    return int(bench["delay"] or 0) / 1000 if bench else 0.0


def shaped(shape: str, count: int) -> Iterator[str]:
    """w0 w1 w2 …, each with the Markdown before it."""
    head, lap_text = SHAPES[shape]
    pieces, rest = re.findall(r"[^@]*@", lap_text), lap_text.rpartition("@")[2]
    for n in range(count):
        lap, place = divmod(n, len(pieces))
        before = rest if lap and not place else head if not n else ""
        yield before + pieces[place].replace("@", f"w{n}")
