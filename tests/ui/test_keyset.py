"""A row's place in an order: from it to the rows around it, and by way of an address."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.tickets.models import INBOX_ORDER, Ticket
from helpdesk.tickets.querysets import NEWEST_FIRST
from helpdesk.ui.keyset import Order, read_place, write_place
from tests.factories import NOON, open_ticket

BY_ID = Order(("id",))


@pytest.mark.django_db
@pytest.mark.parametrize("order", [INBOX_ORDER, INBOX_ORDER.reverse, NEWEST_FIRST, NEWEST_FIRST.reverse, BY_ID])
def test_pages_before_and_after_a_row_contain_all_other_rows(team, order):
    for hour in (0, 1, 1, 1, 2):
        open_ticket(team, requested_at=NOON + timedelta(hours=hour))
    Ticket.objects.filter(pk=Ticket.objects.latest_pk()).update(priority=4)
    for pk in Ticket.objects.values_list("pk", flat=True)[:2]:
        Ticket.objects.filter(pk=pk).update(sending_failed_at=NOON)
    rows = list(order.sort(Ticket.objects.all()))
    assert len(rows) == 5
    for place, row in enumerate(rows):
        row_place = order.place_of(row)
        assert list(order.after(order.sort(Ticket.objects.all()), row_place)) == rows[place + 1 :]
        assert list(order.before(Ticket.objects.all(), row_place)) == rows[:place][::-1]


@pytest.mark.parametrize(
    ("order", "place", "text"),
    [
        (INBOX_ORDER, (1, 3, datetime(2026, 3, 10, 12, 0, 0, 999_999, UTC), 42), "1-3-1773144000999999-42"),
        (NEWEST_FIRST, (datetime(1970, 1, 1, tzinfo=UTC), 1), "0-1"),
        (BY_ID, (10**18 - 1,), "999999999999999999"),
    ],
)
def test_a_place_is_written_in_the_established_format(db, order, place, text):
    assert write_place(place) == text
    assert read_place(text, order, Ticket) == place


def test_a_time_before_1970_is_written_as_1970():
    assert write_place((datetime(1969, 12, 31, 23, 59, tzinfo=UTC), 1)) == "0-1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1",
        "1-2-3",
        "-1-2",
        "1--2",
        "1-2x",
        "\u0661-2",
        "\u00b2-2",
        "1-" + "9" * 19,
        "9" * 18 + "-1",
        "1- 2",
        "1_0-2",
    ],
)
def test_an_invalid_place_is_ignored(db, text):
    assert read_place(text, NEWEST_FIRST, Ticket) is None


@pytest.mark.parametrize("rank", [2**31, 10**17])
def test_a_number_too_large_for_its_field_is_ignored(db, rank):
    assert read_place(f"1-{rank}-1-1", INBOX_ORDER, Ticket) is None


@pytest.mark.parametrize("flag", ["2", "10"])
def test_a_flag_is_written_as_one_or_zero(db, flag):
    assert read_place(f"{flag}-1-1-1", INBOX_ORDER, Ticket) is None
    assert read_place("0-1-1-1", INBOX_ORDER, Ticket) is not None
