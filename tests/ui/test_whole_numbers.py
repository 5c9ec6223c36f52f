"""Whole numbers in addresses and forms."""

import pytest

from helpdesk.ui.whole_numbers import BIGINT, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("42", 42),
        ("007", 7),
        (str(BIGINT), BIGINT),
        (str(BIGINT + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("1_0", None),
        (" 1", None),
        ("1\n", None),
        ("\0", None),
        ("²", None),
        ("٣", None),
        ("１", None),
        ("all", None),
    ],
)
def test_only_plain_digits_that_fit_a_primary_key_are_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(("text", "number"), [("100", 100), ("101", None), ("1000", None)])
def test_a_lower_limit_may_be_set(text, number):
    assert whole_number(text, 100) == number
