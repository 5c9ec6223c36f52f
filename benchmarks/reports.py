"""How long reports take with and without daily summaries, at a million tickets, and how long summarizing takes.

The same requests in turn: as usual, with all days counted from tickets (the slow way), and a bare page whose only query
is SELECT 1. In one process, without a network; medians.
"""

import argparse
import statistics
import time
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection

from benchmarks.pages import client_of, count_queries, measure, team_of
from helpdesk.reports import team_figures
from helpdesk.reports.models import SummaryDay
from helpdesk.reports.summaries import due_days, invalidate_marked_days, summarize
from helpdesk.tickets.models import Ticket

ROUNDS = 9
SLOW_ROUNDS = 3


@contextmanager
def slowly():
    """Answer as if no day had been summarized."""
    with patch.object(team_figures, "current_days", lambda *_args: {}):
        yield


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rebuild", action="store_true", help="summarize all days anew")
    options = parser.parse_args()
    team = team_of(options.tickets)
    prepare(team, options.rebuild)
    client, base = client_of(team), f"/t/{team.slug}/reports/"
    course = Ticket.objects.for_team(team).filter(course__isnull=False).newest_first()[0].course_id
    pages = {
        "bare": "/readyz",
        "a year": f"{base}?days=365",
        "7 days": f"{base}?days=7",
        "30 days": base,
        "90 days": f"{base}?days=90",
        "a year of one course": f"{base}?days=365&course={course}",
        "a year, first response as CSV": f"{base}times.csv?days=365",
        "a year, courses as CSV": f"{base}courses.csv?days=365",
    }
    print(f"{'report':32} {'summaries (CPU)':>22} {'from tickets (CPU)':>24}   queries")
    for name, path in pages.items():
        queries = count_queries(client, path)
        fast = told([measure(client, path) for _ in range(ROUNDS)])
        with slowly():
            slow_queries = count_queries(client, path)
            slow = told([measure(client, path) for _ in range(SLOW_ROUNDS)])
        print(f"{name:32} {fast:>22} {slow:>24}   {queries}/{slow_queries}", flush=True)


def prepare(team, is_rebuilt):
    """Summarize what is due, and print how long it took."""
    if is_rebuilt:
        SummaryDay.objects.for_team(team).delete()
    started = time.perf_counter()
    while invalidate_marked_days(team):
        pass
    days = len(list(due_days(team)))
    if days:
        longest = 0.0
        for zone, day in due_days(team):
            begun = time.perf_counter()
            summarize(team, zone, day)
            longest = max(longest, time.perf_counter() - begun)
        took = time.perf_counter() - started
        print(f"{days} days summarized in {took:.1f} s, the longest transaction {longest * 1000:.0f} ms")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def told(measured):
    """The median times, formatted."""
    took, cpu = map(statistics.median, zip(*measured, strict=True))
    return f"{took:9.1f} ms ({cpu:6.1f})"


if __name__ == "__main__":
    main()
