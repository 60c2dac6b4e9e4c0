"""What a person is told where the database could not do what was asked of it."""

from django.db import OperationalError

BUSY = (
    "The database is busy with something else, so that was not done. Nothing was lost; try again "
    "in a moment."
)
FULL = "The disk of the server is full, so that was not saved. Make room there and try again."
READ_ONLY = (
    "The server may not write to its database, so that was not saved. Look at the rights of its "
    "folder (DATA_DIR) and try again."
)
AWAY = (
    "The database did not answer, so that was not done. Try again in a moment; if it stays so, "
    "`manage.py doctor` tells why."
)
SENTENCES = {
    "is locked": BUSY,
    "lock timeout": BUSY,
    "could not obtain lock": BUSY,
    "deadlock": BUSY,
    "too many clients": BUSY,
    "remaining connection slots": BUSY,
    "is full": FULL,
    "no space left": FULL,
    "readonly": READ_ONLY,
    "read-only": READ_ONLY,
}
"""By what SQLite and PostgreSQL say."""


def sentence_for(error: OperationalError) -> str:
    told = str(error).lower()
    return next((said for word, said in SENTENCES.items() if word in told), AWAY)
