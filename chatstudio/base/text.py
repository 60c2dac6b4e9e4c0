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
