"""Medians over many days without reading every value of them, exact all the same.

Of each day the values are kept in order, and beside them how many lie in each of some buckets. The sum of the days'
buckets tells in which one the value lies that is asked for; only of that bucket each day's values are read, and the
value is the one of its rank among them. A year of a million values reads some twelve thousand of them.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate, chain
from struct import pack, unpack
from typing import NamedTuple, TypeVar

G = TypeVar("G", bound=Hashable)
LOWEST = 26  # bits: up to some 67 seconds all are in one bucket
STEPS = 4  # bits: sixteen buckets from each power of two to the next
LAST = 20 << STEPS  # from some two years on, again one
LANE = 32  # bits of a bucket's count; a histogram is one large number, so that days are added up at once


def bucket_of(value: int) -> int:
    """The bucket of so many microseconds; a larger value is in no lower one."""
    if value < 1 << LOWEST:
        return 0
    bits = value.bit_length()
    step = (value >> (bits - 1 - STEPS)) & ((1 << STEPS) - 1)
    return min(1 + ((bits - 1 - LOWEST) << STEPS) + step, LAST)


def histogram_of(values: Iterable[int]) -> int:
    """How many of them are in each bucket."""
    return sum(count << (LANE * bucket) for bucket, count in Counter(map(bucket_of, values)).items())


def pack_histogram(histogram: int) -> bytes:
    """The counts of the buckets, in the bytes that the database keeps."""
    return histogram.to_bytes((histogram.bit_length() + 7) // 8, "little")


def unpack_histogram(kept: bytes | memoryview) -> int:
    """The counts that `pack_histogram` packed, by bucket."""
    return int.from_bytes(kept, "little")


def counts_of(histogram: int) -> list[int]:
    """The counts of the buckets, from the lowest on."""
    lanes = -(-histogram.bit_length() // LANE)
    return list(unpack(f"<{lanes}I", histogram.to_bytes(lanes * LANE // 8, "little")))


def pack_durations(values: Sequence[int]) -> bytes:
    """The durations as the database stores them, eight bytes each."""
    return pack(f"<{len(values)}q", *values)


def unpack_durations(kept: bytes) -> tuple[int, ...]:
    """What `pack_durations` made, or a part of it."""
    return unpack(f"<{len(kept) // 8}q", kept)


class Durations(NamedTuple):
    """Those of one day: how many are in each bucket, and the values in order, or the key of the row that has them."""

    histogram: int
    pk: int | None = None
    values: array[int] | None = None

    @classmethod
    def of(cls, values: Iterable[int]) -> Durations:
        """The durations of these values, in microseconds."""
        in_order = array("q", sorted(values))
        return cls(histogram_of(in_order), values=in_order)


class Part(NamedTuple):
    """So many values of what is kept under a key, from the place `start` on."""

    pk: int
    start: int
    length: int


Load = Callable[[Collection[Part]], Mapping[Part, Sequence[int]]]


def percentiles(
    groups: Mapping[G, Sequence[Durations]], fractions: Sequence[float], load: Load
) -> dict[G, list[timedelta | None]]:
    """For each group of days the values below which these fractions lie, as PostgreSQL's `percentile_cont`."""
    searches = {group: _Search(days, fractions) for group, days in groups.items()}
    parts = {part for search in searches.values() for part in search.parts()}
    loaded = load(parts) if parts else {}
    return {group: search.found(loaded) for group, search in searches.items()}


class _Search:
    """The values of some ranks among those of several days."""

    def __init__(self, days: Sequence[Durations], fractions: Sequence[float]) -> None:
        self.upto = list(accumulate(counts_of(sum(day.histogram for day in days))))
        most = (self.upto[-1] if self.upto else 0) - 1
        self.places = [fraction * most for fraction in fractions] if most >= 0 else []
        self.nothing: list[timedelta | None] = [None] * len(fractions)
        buckets = {self._bucket(rank(place)) for place in self.places for rank in (math.floor, math.ceil)}
        self.stored: dict[int, list[Part]] = defaultdict(list)
        self.at_hand: dict[int, list[Sequence[int]]] = defaultdict(list)
        for day in days:
            self._find(day, buckets)

    def _bucket(self, rank: int) -> int:
        return bisect_right(self.upto, rank)

    def _find(self, day: Durations, buckets: Collection[int]) -> None:
        counts = counts_of(day.histogram)
        for bucket in buckets:
            if bucket >= len(counts) or not counts[bucket]:
                continue
            start, length = sum(counts[:bucket]), counts[bucket]
            if day.values is not None:
                self.at_hand[bucket].append(day.values[start : start + length])
            elif day.pk is not None:
                self.stored[bucket].append(Part(day.pk, start, length))

    def parts(self) -> Iterable[Part]:
        """What has to be loaded."""
        return chain.from_iterable(self.stored.values())

    def found(self, loaded: Mapping[Part, Sequence[int]]) -> list[timedelta | None]:
        """One for each fraction; None where there is no value at all."""
        if not self.places:
            return self.nothing
        in_order: dict[int, list[int]] = {}

        def at(rank: int) -> int:
            bucket = self._bucket(rank)
            if bucket not in in_order:
                stored = (loaded[part] for part in self.stored[bucket])
                in_order[bucket] = sorted(chain(*self.at_hand[bucket], *stored))
            return in_order[bucket][rank - (self.upto[bucket - 1] if bucket else 0)]

        return [_between(at(math.floor(place)), at(math.ceil(place)), place % 1) for place in self.places]


def _between(low: int, high: int, part: float) -> timedelta:
    return timedelta(microseconds=low + round((high - low) * part))
