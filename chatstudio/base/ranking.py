"""Which texts are nearest to a question: keywords alone, weighed as BM25 does."""

import math
import re
from collections import Counter
from collections.abc import Sequence

K, B = 1.2, 0.75
# Scripts without spaces are compared sign by sign.
SIGNS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{SIGNS}]|[^\W{SIGNS}]+")


def words_of(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def score_texts(texts: Sequence[Sequence[str]], question: Sequence[str]) -> list[float]:
    """Of each text, given as its words; 0 where it has none of the question's."""
    counts = list(map(Counter, texts))
    wanted = set(question)
    known = Counter(word for count in counts for word in wanted & count.keys())
    usual = sum(count.total() for count in counts) / max(len(counts), 1)

    def score(count: Counter[str]) -> float:
        length = K * (1 - B + B * count.total() / (usual or 1))
        rare = {w: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for w, n in known.items()}
        return sum(rare[w] * count[w] * (K + 1) / (count[w] + length) for w in rare if count[w])

    return list(map(score, counts))
