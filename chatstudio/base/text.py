"""Text that databases, pages and sockets take: no NUL, and no half of a surrogate pair, which JSON
can express. Two halves that belong together become their character."""


def is_storable(text: str) -> bool:
    """For a door that refuses."""
    return "\x00" not in text and _is_whole(text)


def clean_text(text: str, nul: str = "") -> str:
    """U+FFFD stands in for half a pair; a NUL goes, or becomes what is said."""
    if text.isascii() and "\x00" not in text:  # what most pieces of an answer are
        return text
    if not _is_whole(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", nul)


def replace_unstorable(text: str) -> str:
    """U+FFFD stands in for a NUL as well: where it has to be seen that something was there."""
    return clean_text(text, nul="\ufffd")


def size_of(text: str) -> int:
    """Its bytes on the wire and on the disk."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def cut_to_size(text: str, most: int) -> str:
    """At most so many bytes of it, and no half of a character."""
    if size_of(text) <= most:
        return text
    return text.encode(errors="replace")[: max(most, 0)].decode(errors="ignore")


def encode_text(text: str) -> bytes:
    """For the wire, whatever a model or a person wrote."""
    return replace_unstorable(text).encode()


def _is_whole(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
