"""Exact medians over many days without reading all values.

For each day, the values are stored in order, together with a histogram of buckets. The sum of the histograms tells
which bucket contains the wanted value; only that bucket's values are read, and the value is found by its rank. For a
year with a million values, some twelve thousand are read.
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
FIRST_BUCKET_BITS = 26  # values up to some 67 seconds share one bucket
SUB_BUCKET_BITS = 4  # sixteen buckets per power of two
LAST_BUCKET = 20 << SUB_BUCKET_BITS  # values from some two years on share one bucket
COUNT_BITS = 32  # bits per bucket count; a histogram is one large integer, so that adding days is one addition


def bucket_of(value: int) -> int:
    """The bucket of a number of microseconds; larger values are never in a lower bucket."""
    if value < 1 << FIRST_BUCKET_BITS:
        return 0
    bits = value.bit_length()
    step = (value >> (bits - 1 - SUB_BUCKET_BITS)) & ((1 << SUB_BUCKET_BITS) - 1)
    return min(1 + ((bits - 1 - FIRST_BUCKET_BITS) << SUB_BUCKET_BITS) + step, LAST_BUCKET)


def histogram_of(values: Iterable[int]) -> int:
    """The histogram of these values."""
    return sum(count << (COUNT_BITS * bucket) for bucket, count in Counter(map(bucket_of, values)).items())


def pack_histogram(histogram: int) -> bytes:
    """The histogram as stored in the database."""
    return histogram.to_bytes((histogram.bit_length() + 7) // 8, "little")


def unpack_histogram(kept: bytes | memoryview) -> int:
    """The counts that `pack_histogram` packed, by bucket."""
    return int.from_bytes(kept, "little")


def counts_of(histogram: int) -> list[int]:
    """The counts of the buckets, lowest bucket first."""
    buckets = -(-histogram.bit_length() // COUNT_BITS)
    return list(unpack(f"<{buckets}I", histogram.to_bytes(buckets * COUNT_BITS // 8, "little")))


def pack_durations(values: Sequence[int]) -> bytes:
    """Durations as stored in the database, eight bytes each."""
    return pack(f"<{len(values)}q", *values)


def unpack_durations(kept: bytes) -> tuple[int, ...]:
    """Durations from stored bytes, or from a slice of them."""
    return unpack(f"<{len(kept) // 8}q", kept)


class Durations(NamedTuple):
    """One day's durations: the histogram, and the values in order or the primary key of the row that has them."""

    histogram: int
    pk: int | None = None
    values: array[int] | None = None

    @classmethod
    def of(cls, values: Iterable[int]) -> Durations:
        """The durations of these values, in microseconds."""
        in_order = array("q", sorted(values))
        return cls(histogram_of(in_order), values=in_order)


class Slice(NamedTuple):
    """A slice of a stored row's values: its primary key, start and length."""

    pk: int
    start: int
    length: int


LoadSlices = Callable[[Collection[Slice]], Mapping[Slice, Sequence[int]]]


def percentiles(
    groups: Mapping[G, Sequence[Durations]], fractions: Sequence[float], load: LoadSlices
) -> dict[G, list[timedelta | None]]:
    """For each group of days, the values below which these fractions lie, like PostgreSQL's `percentile_cont`."""
    searches = {group: _Search(days, fractions) for group, days in groups.items()}
    slices = {each for search in searches.values() for each in search.slices()}
    loaded = load(slices) if slices else {}
    return {group: search.found(loaded) for group, search in searches.items()}


class _Search:
    """Finds the values at some ranks among those of several days."""

    def __init__(self, days: Sequence[Durations], fractions: Sequence[float]) -> None:
        self.upto = list(accumulate(counts_of(sum(day.histogram for day in days))))
        most = (self.upto[-1] if self.upto else 0) - 1
        self.places = [fraction * most for fraction in fractions] if most >= 0 else []
        self.nothing: list[timedelta | None] = [None] * len(fractions)
        buckets = {self._bucket(rank(place)) for place in self.places for rank in (math.floor, math.ceil)}
        self.stored: dict[int, list[Slice]] = defaultdict(list)
        self.in_memory: dict[int, list[Sequence[int]]] = defaultdict(list)
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
                self.in_memory[bucket].append(day.values[start : start + length])
            elif day.pk is not None:
                self.stored[bucket].append(Slice(day.pk, start, length))

    def slices(self) -> Iterable[Slice]:
        """The slices to load."""
        return chain.from_iterable(self.stored.values())

    def found(self, loaded: Mapping[Slice, Sequence[int]]) -> list[timedelta | None]:
        """One value per fraction; None if there are no values."""
        if not self.places:
            return self.nothing
        in_order: dict[int, list[int]] = {}

        def at(rank: int) -> int:
            bucket = self._bucket(rank)
            if bucket not in in_order:
                stored = (loaded[each] for each in self.stored[bucket])
                in_order[bucket] = sorted(chain(*self.in_memory[bucket], *stored))
            return in_order[bucket][rank - (self.upto[bucket - 1] if bucket else 0)]

        return [_between(at(math.floor(place)), at(math.ceil(place)), place % 1) for place in self.places]


def _between(low: int, high: int, fraction: float) -> timedelta:
    return timedelta(microseconds=low + round((high - low) * fraction))
