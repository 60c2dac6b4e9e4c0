"""What keeps Django itself from starting, said as the doctor says everything else."""

from collections.abc import Sequence

from chatstudio.doctor.findings import Line, failure
from chatstudio.doctor.report import as_json, words

STEPS = {
    "DATA_DIR": "Make that folder writable, or set DATA_DIR to one that is.",
    "psycopg": "Install what PostgreSQL needs: make setup EXTRAS=postgres",
}


def say(error: Exception, arguments: Sequence[str]) -> int:
    said = " ".join(str(error).split()) or type(error).__name__
    step = next((step for word, step in STEPS.items() if word in said), "")
    step = step or "Correct the settings in the environment or in .env; .env.example shows all."
    text = f"Chat Studio cannot start: {said.removesuffix(step).strip()}"
    line = Line("Settings", failure(text, step))
    print(as_json([line]) if "--json" in arguments else words(line, coloured=False))
    return 1
