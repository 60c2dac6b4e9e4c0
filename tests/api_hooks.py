"""What schemathesis is told beside the document, as it runs in a process of its own.

Made-up ids lead nowhere, so half of them are replaced by ids that the server has given before, and
half of the models' names for completions by names that there are. A write without a body says that
it is JSON, which the document cannot say. A form without any field and an address of more than
16 kB are refused by Daphne itself, without an envelope, so there are none.
"""

import atexit
import json
import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import schemathesis

JSON = "application/json"
RANDOM = random.Random(1)
NEWEST, OF_EACH, LONGEST = 30, 5, 50
COMPLETIONS = "/chat/completions"
MODELS = ("echo", "direct/echo", "tools/echo")
seen: defaultdict[frozenset[str], deque[dict[str, str]]]
seen = defaultdict(lambda: deque(maxlen=NEWEST))
"""Ids that belong together, by the names that paths give them: the newest of each kind."""
STATUSES = "statuses.json"
statuses: Counter[tuple[str, int]] = Counter()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if "requestBody" not in case.operation.definition.raw:
        case.headers["Content-Type"] = JSON
    if case.media_type == "multipart/form-data" and is_empty(case.body):
        case.body = {"nothing": "in it"}
    for name, value in dict(case.query or {}).items():
        if isinstance(value, list):
            case.query[name] = value[:LONGEST]
    if case.path.endswith(COMPLETIONS) and isinstance(case.body, dict) and RANDOM.random() < 0.5:
        case.body["model"] = RANDOM.choice(MODELS)
    names = [name for name, value in case.path_parameters.items() if is_id(value)]
    fitting = [ids for key in tuple(seen) if set(names) <= key for ids in tuple(seen[key])]
    if names and fitting and RANDOM.random() < 0.5:
        chosen = RANDOM.choice(fitting)
        case.path_parameters.update({name: chosen[name] for name in names})


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    if case.method == case.operation.method.upper():
        statuses[case.operation.label, response.status_code] += 1
    kind = response.headers.get("content-type", [""])[0].partition(";")[0]
    answer = response.json() if response.status_code == 200 and kind == JSON else None
    if isinstance(answer, dict):
        for ids in ids_in(answer):
            seen[frozenset(ids)].append(ids)


@atexit.register
def tell() -> None:
    """How often each door answered how, for the test."""
    if statuses:
        told = [[door, status, count] for (door, status), count in sorted(statuses.items())]
        Path(STATUSES).write_text(json.dumps(told))


def is_empty(form: Any) -> bool:
    return not (any(form.values()) if isinstance(form, dict) else form)


def is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def ids_in(answer: dict[str, Any]) -> Iterator[dict[str, str]]:
    """{"memories": [{"id": …}]} has a memory_id; an answer's question is a message too."""
    if is_id(answer.get("user_message_id")):
        question = {"message_id": answer["user_message_id"]}
        yield question | {"conversation_id": answer["conversation_id"]}
    for name, value in answer.items():
        for row in value[:OF_EACH] if isinstance(value, list) else [value]:
            if isinstance(row, dict) and is_id(row.get("id")):
                others = {
                    key: one for key, one in row.items() if key.endswith("_id") and is_id(one)
                }
                yield others | {f"{singular(name)}_id": row["id"]}


def singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
