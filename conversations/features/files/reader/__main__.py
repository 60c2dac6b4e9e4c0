"""`python -m conversations.features.files.reader SOURCE TEXT PICTURE SMALL` reads SOURCE, writes
its text or its picture to the other paths, and says in one line of JSON what it was: `Read`'s
fields, or {"error": code}. With `ours` behind the paths, an image that is as we write it stays as
it is."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from conversations.features.files.reader.kinds import kind_of
from conversations.features.files.reader.limits import confine
from conversations.features.files.reader.readers import read
from conversations.features.files.reader.result import Unreadable


def read_file(
    source: Path, text: Path, picture: Path, small: Path, *, keeps_ours: bool = False
) -> dict[str, object]:
    try:
        kind = kind_of(source)
        if kind == "image":
            from conversations.features.files.reader.images import read_image

            return asdict(read_image(source, picture, small, keeps_ours=keeps_ours))
        found = read(kind, source)
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
    print(json.dumps(read_file(*map(Path, sys.argv[1:5]), keeps_ours=sys.argv[5:] == ["ours"])))


if __name__ == "__main__":
    main()
