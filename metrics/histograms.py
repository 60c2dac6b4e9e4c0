"""Distributions on one fixed logarithmic scale, four buckets to a doubling.

Bucket i holds the values from 2^(i/4) up to 2^((i+1)/4). A percentile is read as the middle of its
bucket (on the same scale), so it is at most a factor of 2^(1/8) away from the true value: 9.1 %.
Being fixed, buckets of any hours, people and processes add up. They are kept as a dict from the
bucket's number, as text because JSON has no other keys, to the count.
"""

import math
from collections.abc import Mapping

BUCKETS_PER_DOUBLING = 4
LOWEST, HIGHEST = -40, 120  # 0.001 up to 12 days in milliseconds
ERROR_BOUND = 2 ** (1 / (2 * BUCKETS_PER_DOUBLING)) - 1

type Histogram = dict[str, int]


def bucket_of(value: float) -> int:
    if value <= 0:
        return LOWEST
    number = math.floor(math.log2(value) * BUCKETS_PER_DOUBLING)
    return max(LOWEST, min(HIGHEST, number))


def upper_bound(bucket: int) -> float:
    return float(2 ** ((bucket + 1) / BUCKETS_PER_DOUBLING))


def middle_of(bucket: int) -> float:
    return float(2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING))


def add(histogram: Histogram, value: float | None, count: int = 1) -> None:
    """In place. A negative count takes back what was added; an empty bucket is left out."""
    if value is None:
        return
    key = str(bucket_of(value))
    histogram[key] = histogram.get(key, 0) + count
    if histogram[key] <= 0:
        del histogram[key]


def add_all(histogram: Histogram, other: Mapping[str, int]) -> None:
    for key, count in other.items():
        histogram[key] = histogram.get(key, 0) + count


def percentile(histogram: Mapping[str, int], share: float) -> float | None:
    """The value below which that share of the values lies, within ERROR_BOUND; None without any."""
    wanted = math.ceil(sum(histogram.values()) * share)
    seen = 0
    for bucket, count in sorted((int(key), count) for key, count in histogram.items()):
        seen += count
        if seen >= wanted:
            return middle_of(bucket)
    return None
