"""Tool calls that come in pieces, put together whatever a server numbers and names.

An index, an id and a name may each be missing, stay the same for all calls, or come anew with every
piece. So what decides where they disagree is whether the call before is complete.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from chatstudio.base.json_types import JsonMapping, JsonValue, integer_at, object_at, text_at
from routing.llm.wire import is_complete, tool_call
from routing.types import ToolCall


@dataclass(slots=True)
class Pieces:
    """One call on its way."""

    call_id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    may_be_none: bool = False
    """Begun by a name alone that may only have been said once more."""

    @property
    def text(self) -> str:
        return "".join(self.arguments)

    @property
    def is_complete(self) -> bool:
        return is_complete(self.text)

    def add(self, call_id: str, name: str, arguments: str) -> None:
        """A name comes whole, in pieces, or longer with each piece."""
        self.call_id = self.call_id or call_id
        if name != self.name:
            grows = self.name and name.startswith(self.name)
            self.name = name if grows else self.name + name
        self.arguments.append(arguments)


class CallFragments:
    def __init__(self) -> None:
        self.size = 0
        """Characters of all arguments: nobody is told of a call before it is whole."""
        self._calls: list[Pieces] = []
        self._by_index: dict[int, Pieces] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    @property
    def _real(self) -> list[Pieces]:
        return [call for call in self._calls if call.text.strip() or not call.may_be_none]

    @property
    def are_complete(self) -> bool:
        return bool(self._calls) and all(call.is_complete for call in self._real)

    def add(self, fragment: JsonMapping) -> None:
        """Of `tool_calls`; what other servers put beside `function` stands for it."""
        function = object_at(fragment, "function") or fragment
        index = integer_at(fragment, "index")
        call_id, name = text_at(fragment, "id"), text_at(function, "name")
        arguments = _text_of(function.get("arguments", function.get("parameters")))
        self.size += len(arguments)
        call = self._call_of(index, call_id, name, arguments)
        if index is not None:
            self._by_index[index] = call
        call.add(call_id, name, arguments)

    def _call_of(self, index: int | None, call_id: str, name: str, arguments: str) -> Pieces:
        known = self._known(index, call_id, name)
        if known is None or _begins_another(known, call_id, name, arguments):
            self._calls.append(Pieces(may_be_none=known is not None))
            return self._calls[-1]
        return known

    def _known(self, index: int | None, call_id: str, name: str) -> Pieces | None:
        """The call that a piece belongs to, by the most that it says."""
        last = self._calls[-1] if self._calls else None
        if index is not None and index in self._by_index:
            return self._by_index[index]
        if index is not None:
            goes_on = not (name or call_id) and last and not last.is_complete
            return last if goes_on else None
        same = (call for call in reversed(self._calls) if call_id and call.call_id == call_id)
        return next(same, last)

    def calls(self) -> Iterator[ToolCall]:
        """In the order of their numbers, where they have some."""
        places = {id(call): index for index, call in self._by_index.items()}
        for call in sorted(self._real, key=lambda call: places.get(id(call), 0)):
            yield tool_call(call.call_id, call.name, call.text)


def _begins_another(known: Pieces, call_id: str, name: str, arguments: str) -> bool:
    """Whether a piece that seems to go on with a call has in truth begun the next one."""
    if not name:
        return False
    has_other_id = bool(call_id and known.call_id and call_id != known.call_id)
    if not known.is_complete:
        return has_other_id and not known.text.strip() and name != known.name
    is_same_id = bool(call_id) and call_id == known.call_id
    is_news = not is_same_id if not arguments.strip() else arguments.strip() != known.text.strip()
    return has_other_id or name != known.name or is_news


def _text_of(arguments: JsonValue) -> str:
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments)
