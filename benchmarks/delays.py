"""When tokens were sent and when they came."""

from collections.abc import Iterator, Mapping
from typing import Any

type Sent = Mapping[str, Mapping[str, Any]]
"""The model server's requests by the person's words, which are unlike in every stream."""


def by_text(requests: list[dict[str, Any]]) -> Sent:
    return {
        request["body"]["messages"][-1]["content"]: request
        for request in requests
        if request["path"] == "/api/chat"
    }


def token_delays(seen: Mapping[str, Any], sent: Sent) -> Iterator[float]:
    """Milliseconds from each token's leaving the model server to its being on the page."""
    times = sent[seen["text"]]["sent_at"]
    shown = 0
    for at, newest in seen["arrivals"]:
        for number in range(shown, min(newest + 1, len(times))):
            yield (at - times[number]) * 1000
        shown = newest + 1


def first_token_added(seen: Mapping[str, Any], sent: Sent) -> float:
    """Milliseconds from the message's leaving to the first token on the page, without those that
    the model itself took."""
    request = sent[seen["text"]]
    own = request["sent_at"][0] - request["at"]
    return float((seen["arrivals"][0][0] - seen["asked_at"] - own) * 1000)


def done_added(seen: Mapping[str, Any], sent: Sent) -> float:
    """Milliseconds from the message's leaving to the answer's final form, without those that the
    model itself took."""
    request = sent[seen["text"]]
    own = request["sent_at"][-1] - request["at"]
    return float((seen["ended_at"] - seen["asked_at"] - own) * 1000)
