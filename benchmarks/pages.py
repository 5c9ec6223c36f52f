"""Response time, CPU time and number of queries of each page, with few and with many tickets.

Run by `make bench`. Teams that do not exist yet are seeded (a million tickets take some minutes, once). Without a
network, in this process: the median of several requests, in turn with a bare page whose only query is SELECT 1. CPU
time is this process's, including compression as browsers ask for it. Then over the real server, see page_rates.py; with
`--peer` also against django-helpdesk.
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
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import page_rates
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.demo.seeding import seed_team
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Team
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket

ROUNDS = 15
MESSAGES = 200  # on the ticket with a long conversation
TALK = "Conversa"


def team_of(tickets):
    """The team with this many tickets, seeded if it does not exist yet."""
    slug = f"benchmark-{tickets}"
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        team = create_team(f"Benchmark {tickets}", f"{slug}@example.com", "a benchmark's password", "Ana")
        print(f"Seeding {tickets} tickets …", flush=True)
        seed_team(team, tickets)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return team


def talkative_ticket(team):
    """A ticket with a long conversation, in which every reply was sent; created if it does not exist yet."""
    tickets = Ticket.objects.for_team(team).unmerged().filter(course__isnull=False)
    talked = Message.objects.for_team(team).filter(body__startswith=TALK).first()
    ticket = talked.ticket if talked else tickets.newest_first()[3]
    if talked:
        return ticket
    learner, person = Actor.learner(ticket.learner), Actor.person(team.memberships.all()[0].user)
    for number in range(MESSAGES // 2):
        receive_message(ticket, learner, IncomingMessage(f"{TALK} {number}? O vídeo da aula não abre.", "page"))
        reply(ticket, person, f"{TALK} {number}:\n\n- saia da conta\n- entre de novo: https://example.com/aula")
    Dispatch.objects.filter(message__ticket=ticket).update(state="delivered", next_try_at=None)
    Message.objects.filter(ticket=ticket, send_at__isnull=False).update(send_at=F("created_at"))
    return ticket


def client_of(team):
    """A browser with a logged-in member of the team."""
    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})
    client.force_login(team.memberships.all()[0].user)
    return client


def pages_of(team):
    """The pages that people open, by name."""
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
        "ticket, 200 messages": f"{base}tickets/{talkative_ticket(team).number}/",
        "learner": f"{base}learners/{newest.learner_id}/",
        "course": f"{base}courses/{course}/",
        "report, 30 days": f"{base}reports/",
        "report, a year": f"{base}reports/?days=365",
    }


def measure(client, path):
    """The duration and CPU time of one request, in milliseconds."""
    started, cpu = time.perf_counter(), time.process_time()
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000


def count_queries(client, path):
    """How many queries the page makes once caches are warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--only", nargs="+", default=[], help="pages by name")
    parser.add_argument("--peer", action="store_true", help="also django-helpdesk, which is installed for it")
    parser.add_argument("--rate-at", type=int, default=100_000, help="tickets, for the pages a second; 0: none")
    options = parser.parse_args()
    print(f"{'page':28} " + " ".join(f"{size:>11,} tickets (CPU)" for size in options.tickets) + "   ratio   queries")
    teams = [team_of(size) for size in options.tickets]
    clients, pages = [client_of(team) for team in teams], [pages_of(team) for team in teams]
    for name in options.only or pages[0]:
        rounds = 3 if name == "report, a year" else ROUNDS
        both = [(client, its_pages[name]) for client, its_pages in zip(clients, pages, strict=True)]
        queries = [count_queries(client, path) for client, path in both]
        rows = [[measure(client, path) for client, path in both] for _ in range(rounds)]
        medians = [list(map(statistics.median, zip(*column, strict=True))) for column in zip(*rows, strict=True)]
        told = " ".join(f"{took:13.1f} ms ({cpu:5.1f})" for took, cpu in medians)
        print(f"{name:28} {told}   {medians[-1][0] / medians[0][0]:5.2f}   {'/'.join(map(str, queries))}", flush=True)
    if options.rate_at:
        team = team_of(options.rate_at)
        page_rates.compare(team, client_of(team).cookies["sessionid"].value, with_peer=options.peer)


if __name__ == "__main__":
    main()
