import re
from pathlib import Path

from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable
from conversations.features.files.reader.texts import bytes_of

# What the library takes for a mark between cells, or for something beside the text.
OURS = {"cell": "tab", "nestcell": "tab", "footnote": "plain", "header": "plain", "footer": "plain"}
WORDS = re.compile(rf"\\({'|'.join(OURS)})(?![a-z])")
CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")
MOST_BYTES = 30 * 2**20


def read(source: Path) -> Found:
    """The words of a rich text; its pictures stand in it as digits and are left out."""
    from striprtf.striprtf import rtf_to_text

    data = bytes_of(source, MOST_BYTES)
    page = CODE_PAGE.search(data[:4096])
    encoding = f"cp{int(page[1])}" if page else "cp1252"
    try:
        marked = WORDS.sub(lambda match: f"\\{OURS[match[1]]}", data.decode(encoding, "replace"))
        text = str(rtf_to_text(marked, encoding=encoding, errors="replace"))  # type: ignore[no-untyped-call]
    except LookupError as error:  # a code page that there is none of
        raise Unreadable("encoding") from error
    if len(text) > LONGEST_TEXT:
        raise Unreadable("too_long")
    return Found(re.sub(r"\t+$", "", text, flags=re.M))
