"""How long a page takes on the server with few and with many tickets, and how many queries it needs.

Run by `make bench`. Each team is seeded where it is not there yet (a million tickets take some minutes, once). In one
process, without a network: the median of several requests, in turn with a bare page that asks the database for nothing
but 1.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ["TRIAL"] = "1"

import local_environment

local_environment.prepare()

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.demo.seeding import seed_team
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket

ROUNDS = 15


def team_of(tickets):
    """The team with this many tickets, seeded where it is not there yet."""
    slug = f"benchmark-{tickets}"
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        team = create_team(f"Benchmark {tickets}", f"{slug}@example.com", "a benchmark's password", "Ana")
        print(f"Seeding {tickets} tickets …", flush=True)
        seed_team(team, tickets)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return team


def pages_of(team):
    """What a person opens, by name."""
    base = f"/t/{team.slug}/"
    tickets = Ticket.objects.for_team(team).filter(course__isnull=False).newest_first()
    newest, someone = tickets[0], tickets[7].learner
    course = newest.course_id
    return {
        "bare": "/readyz",
        "inbox": base,
        "inbox, mine": f"{base}?assignee=me",
        "inbox, course and priority": f"{base}?course={course}&priority=3",
        "all, a month": f"{base}?status=all&requested_from=2026-06-01&requested_to=2026-06-30",
        "search, a name": f"{base}?q=maria",
        "search, whole name": f"{base}?q={someone.name}",
        "search, part of an address": f"{base}?q={someone.email[:9]}",
        "search, word of notes": f"{base}?q=reembolso",
        "search, number": f"{base}?q=%23{newest.number}",
        "search, nothing fits": f"{base}?q=xyzzy",
        "search, two letters": f"{base}?q=jo",
        "news": f"{base}news/?newest={newest.pk}",
        "ticket": f"{base}tickets/{newest.number}/",
        "learner": f"{base}learners/{newest.learner_id}/",
        "course": f"{base}courses/{course}/",
        "report, 30 days": f"{base}reports/",
        "report, a year": f"{base}reports/?days=365",
    }


def measure(client, path):
    """The time of one request in milliseconds."""
    started = time.perf_counter()
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return (time.perf_counter() - started) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'page':28} " + " ".join(f"{size:>11,} tickets" for size in options.tickets) + "   ratio   queries")
    teams = [team_of(size) for size in options.tickets]
    clients, pages = [], []
    for team in teams:
        client = Client(headers={"host": "localhost"})
        client.force_login(team.memberships.all()[0].user)
        clients.append(client)
        pages.append(pages_of(team))
    for name in pages[0]:
        rounds = 3 if name == "report, a year" else ROUNDS
        queries = []
        for client, its_pages in zip(clients, pages, strict=True):
            client.get(its_pages[name])
            with CaptureQueriesContext(connection) as captured:
                client.get(its_pages[name])
            queries.append(len(captured))
        times = [[measure(c, p[name]) for c, p in zip(clients, pages, strict=True)] for _ in range(rounds)]
        medians = [statistics.median(column) for column in zip(*times, strict=True)]
        told = " ".join(f"{median:16.1f} ms" for median in medians)
        print(f"{name:28} {told}   {medians[-1] / medians[0]:5.2f}   {'/'.join(map(str, queries))}", flush=True)


if __name__ == "__main__":
    main()
