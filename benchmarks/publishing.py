"""What webhooks add to the cost of a bulk change, and how quickly a copy of the data can follow the changes.

Run by `make bench`. Changes tickets one by one as a bulk change does, without webhooks and with three, publishes the
events and prints the longest transaction; then follows all changes of the team through the API's cursor.
"""

import argparse
import os
import statistics
import time
from functools import partial

from benchmarks.pages import team_of

os.environ["API_RATE_PER_MINUTE"] = "100000000"

from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.integrations.events import event_name
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Ticket, TicketEvent
from helpdesk.tickets.publishing import publish


def timed(run):
    """The result and the milliseconds it took."""
    started = time.perf_counter()
    value = run()
    return value, (time.perf_counter() - started) * 1000


def change_all(tickets, priority):
    """Milliseconds of each change."""
    change = partial(actions.change_priority, priority=priority)
    return [timed(partial(change, ticket, Actor.system()))[1] for ticket in tickets]


def publish_all():
    """Milliseconds of each transaction."""
    durations, has_more = [], True
    while has_more:
        has_more, took = timed(publish)
        durations.append(took)
    return durations


def follow(team):
    """Milliseconds of each response, from the first ticket on."""
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {create_token(team, 'Benchmark')[1]}"})
    durations, query = [], {"limit": 200}
    while True:
        answer, took = timed(partial(client.get, "/api/v1/tickets/changes", query))
        answer = answer.json()
        durations.append(took)
        query["after"] = answer["cursor"]
        if not answer["has_more"]:
            return durations


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000, help="of the team")
    parser.add_argument("--changed", type=int, default=1_000)
    options = parser.parse_args()
    team = team_of(options.tickets)
    publish_all()
    tickets = list(Ticket.objects.for_team(team).unfinished()[: options.changed])
    tickets += list(Ticket.objects.for_team(team).newest_first()[: options.changed - len(tickets)])
    for count in (0, 3):
        for number in range(count):
            url = f"https://{number}.example.com/"
            WebhookEndpoint.objects.create(team=team, url=url, events=[event_name("priority_changed")])
        change_all(tickets, priority=Priority.LOW)
        publish_all()
        changes, batches = change_all(tickets, priority=Priority.HIGH), publish_all()
        print(
            f"{count} webhooks: a change takes {statistics.median(changes):.1f} ms; {len(changes)} events published in "
            f"{sum(batches) / 1000:.1f} s, {len(batches)} transactions, the longest {max(batches):.0f} ms",
            flush=True,
        )
    WebhookEndpoint.objects.for_team(team).delete()
    ProcrastinateJob.objects.filter(task_name="integrations.send_due").delete()
    durations = follow(team)
    events = TicketEvent.objects.for_team(team).count()
    print(
        f"{events:,} events followed in {len(durations)} answers of 200, p50 {statistics.median(durations):.0f} ms, "
        f"the first {durations[0]:.0f} ms, the last {durations[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
