"""Medians from buckets: those of all values, exactly."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.reports.percentiles import (
    LAST_BUCKET,
    Durations,
    bucket_of,
    counts_of,
    histogram_of,
    pack_durations,
    pack_histogram,
    percentiles,
    unpack_durations,
    unpack_histogram,
)


def no_slices(slices):
    """Loads nothing, where all values are in memory."""
    raise AssertionError(slices)


VALUES = st.integers(-(10**9), 2**50) | st.integers(0, 10**9)


def of_all(days, fractions):
    """By their definition: the value of the rank, between two in proportion."""
    values = sorted(value for day in days for value in day)
    found = []
    for fraction in fractions:
        place = fraction * (len(values) - 1)
        low, high = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
        found.append(timedelta(microseconds=low + round((high - low) * (place % 1))))
    return found


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(VALUES, max_size=30), min_size=1, max_size=6).filter(any), st.data())
def test_percentiles_are_those_of_all_values(days, data):
    is_stored = data.draw(st.lists(st.booleans(), min_size=len(days), max_size=len(days)))
    stored = {pk: pack_durations(sorted(day)) for pk, day in enumerate(days)}
    runs = [
        Durations(histogram_of(day), pk=pk) if stays else Durations.of(day)
        for (pk, day), stays in zip(enumerate(days), is_stored, strict=True)
    ]

    def load(parts):
        return {
            part: unpack_durations(stored[part.pk][part.start * 8 : (part.start + part.length) * 8]) for part in parts
        }

    assert percentiles({"all": runs}, [0.5, 0.9], load) == {"all": of_all(days, [0.5, 0.9])}


def test_percentiles_of_nothing_are_none():
    assert percentiles({"none": [], "empty": [Durations.of([])]}, [0.5], no_slices) == {"none": [None], "empty": [None]}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(VALUES, VALUES)
def test_a_larger_value_is_never_in_a_lower_bucket(one, other):
    low, high = sorted((bucket_of(one), bucket_of(other)))
    assert (low, high) == (bucket_of(min(one, other)), bucket_of(max(one, other)))
    assert 0 <= low <= high <= LAST_BUCKET


def test_buckets_are_a_sixteenth_of_their_values_wide():
    begins = [2**power + step * 2 ** (power - 4) for power in range(27, 45) for step in range(16)]
    assert all(bucket_of(after) == bucket_of(before) + 1 for before, after in pairwise(begins))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(VALUES, max_size=50))
def test_a_packed_histogram_unpacks_unchanged(values):
    histogram = histogram_of(values)
    assert unpack_histogram(pack_histogram(histogram)) == histogram
    assert sum(counts_of(histogram)) == len(values)
    assert list(unpack_durations(pack_durations(values))) == values


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 2**45), min_size=1, max_size=20))
def test_percentiles_match_those_of_the_database(values):
    with connection.cursor() as cursor:
        ask = (
            "SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY value * interval '1 microsecond') FROM unnest(%s) value"
        )
        cursor.execute(ask, [values])
        (theirs,) = cursor.fetchone()
    ((ours,),) = percentiles({0: [Durations.of(values)]}, [0.9], no_slices).values()
    assert abs(ours - theirs) <= timedelta(microseconds=1)
