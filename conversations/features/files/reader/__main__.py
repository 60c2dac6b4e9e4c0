"""`python -m conversations.features.files.reader SOURCE TEXT PICTURE SMALL` reads SOURCE, writes
its text or its picture to the other paths, and says in one line of JSON what it was: `Read`'s
fields, or {"error": code}. With `ours` behind the paths, an image that is as we write it stays as
it is; with `encoding=…` a plain text is read in this encoding."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from conversations.features.files.reader.kinds import kind_of
from conversations.features.files.reader.limits import confine
from conversations.features.files.reader.readers import read
from conversations.features.files.reader.result import Unreadable

WISHED = "encoding="


def read_file(
    source: Path, text: Path, picture: Path, small: Path, *options: str
) -> dict[str, object]:
    try:
        kind = kind_of(source)
        if kind == "image":
            from conversations.features.files.reader.images import read_image

            return asdict(read_image(source, picture, small, keeps_ours="ours" in options))
        wished = next((o.removeprefix(WISHED) for o in options if o.startswith(WISHED)), "")
        found = read(kind, source, wished)
        text.write_text(found.text, encoding="utf-8", newline="")
        return asdict(found) | {"text": "", "text_length": len(found.text)}
    except Unreadable as problem:
        return {"error": problem.code}
    except MemoryError:
        return {"error": "too_much"}
    except Exception:  # a library may stumble over a broken file in any way
        return {"error": "broken"}


def main() -> None:
    confine()
    source, text, picture, small = map(Path, sys.argv[1:5])
    print(json.dumps(read_file(source, text, picture, small, *sys.argv[5:])))


if __name__ == "__main__":
    main()
