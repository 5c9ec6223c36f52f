"""What became of a change of many tickets, in the database and on the page."""

import time

from helpdesk.tickets.models import Status, Ticket

STILL = 60  # seconds, after which a change that does not go on has stopped


def resolved():
    return Ticket.objects.filter(status=Status.RESOLVED).count()


def expect_at_the_end(page, told):
    """The change is finally reported in these words; it may take as long as it makes progress."""
    shown, went_on = "", time.monotonic()
    while not (text := page.locator("#bulk").inner_text().strip()).startswith(told):
        if text != shown:
            shown, went_on = text, time.monotonic()
        assert time.monotonic() - went_on < STILL, text
        page.wait_for_timeout(100)
