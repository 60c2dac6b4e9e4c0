"""Why a file was not taken, in words for the person who sent it."""

from django.conf import settings

from conversations.features.files.formats import in_words

SENTENCES = {
    "empty": "“{name}” is empty.",
    "too_large": "“{name}” is larger than {limit} MB.",
    "too_many": "“{name}” was not added: at most {most} files go with one message.",
    "unknown": "“{name}” is neither text nor an {kinds}.",
    "encoding": "“{name}” is in an encoding that could not be told, or not in the one that was "
    "chosen. Save it as UTF-8 and add it again.",
    "proven": "“{name}” tells its encoding itself, or has none.",
    "archive": "“{name}” is an archive. Unpack it and add the files that you need.",
    "old_office": "“{name}” is in an old office format or has a password. Save it as a newer "
    "format, such as .docx, without a password.",
    "encrypted": "“{name}” has a password. Save it without one and add it again.",
    "scanned": "“{name}” has no text in it; it may be scanned. Add its pages as images instead.",
    "not_there": "“{name}” was not added: its content is not in the file.",
    "broken": "“{name}” could not be read; it may be damaged.",
    "broken_image": "“{name}” could not be read; the image may be damaged.",
    "image_too_large": "“{name}” has too many pixels: at most 64 million can be read.",
    "bomb": "“{name}” unfolds to far more than its size. It was not read.",
    "too_long": "“{name}” has too much text: at most 3 million characters or 3,000 pages can be "
    "read. Add a part of it.",
    "too_much": "“{name}” takes too much time or memory to read. Add a part of it.",
}
MOST_FILES = 10
FILE_GONE = "A file was sent or removed elsewhere. Look at what is attached now, and send again."


class FileRefused(Exception):
    """`code` is one of SENTENCES; the exception's text is the sentence."""

    def __init__(self, code: str, name: str) -> None:
        facts = {"name": name, "limit": settings.MAX_ATTACHMENT_MB, "most": MOST_FILES}
        sentence = SENTENCES.get(code, SENTENCES["broken"])
        super().__init__(sentence.format(kinds=in_words(), **facts))
        self.code = code
