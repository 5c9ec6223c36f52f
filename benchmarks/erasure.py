"""How long it takes to erase a learner in a team with many tickets, and how much that slows down others.

Every ticket has the event that created it, whose body must be searched. The erasure runs in steps, as in a worker, in
its own thread; meanwhile somebody opens the inbox and takes tickets, compared with before.
"""

import argparse
import json
import statistics
import time
from threading import Thread

from django.db import connection, transaction

from benchmarks.pages import client_of, measure, team_of
from helpdesk.demo.examples import examples
from helpdesk.privacy import actions, erasing
from helpdesk.privacy.models import LearnerErasure
from helpdesk.privacy.tasks import TURN_SECONDS
from helpdesk.tickets.models import Ticket
from webhooks.actions import create_source
from webhooks.models import Delivery, Source

BATCH = 5_000
ROUNDS = 30
MOST_TAKEN = 100_000


def add_deliveries(team):
    """Create a delivery for each ticket that has none."""
    source = Source.objects.for_team(team).first() or create_source(team, "Nutror")[0]
    event = examples()["nutror.learner_help"]
    tickets = Ticket.objects.for_team(team).filter(delivery=None).order_by("pk").values_list("pk", "learner__email")
    rows = []
    for pk, email in tickets.iterator():
        event["id"], event["data"]["learner"]["email"] = f"benchmark-{pk}", email
        body = json.dumps(event).encode()
        rows.append(
            Delivery(
                team=team, source=source, body=body, event=event["event"], event_id=event["id"],
                outcome="processed", ticket_id=pk,
            )
        )  # fmt: skip
        if len(rows) == BATCH:
            Delivery.objects.bulk_create(rows)
            rows = []
    Delivery.objects.bulk_create(rows)


def erase(pk, steps):
    """Erase in steps, as a worker does; `steps` gets the seconds of each."""
    make_step = erasing.make_step

    def timed(pk):
        started = time.perf_counter()
        progress = make_step(pk)
        steps.append(time.perf_counter() - started)
        return progress

    erasing.make_step = timed
    while LearnerErasure.objects.filter(pk=pk, state="running").exists():
        erasing.make_steps(pk, TURN_SECONDS)
    connection.close()


def take(tickets):
    """Let a colleague take the next ticket, waiting for any locks; returns the time in milliseconds."""
    started = time.perf_counter()
    with transaction.atomic():
        pk = next(tickets)
        Ticket.objects.select_for_update(no_key=True).get(pk=pk)
        Ticket.objects.filter(pk=pk).update(priority=2)
    return (time.perf_counter() - started) * 1000


def told(times):
    """The median and the maximum, formatted."""
    return f"{statistics.median(times):8.0f} ms {max(times):8.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    team = team_of(parser.parse_args().tickets)
    add_deliveries(team)
    client, inbox = client_of(team), f"/t/{team.slug}/"
    newest = Ticket.objects.for_team(team).newest_first()
    learner = newest.filter(learner__erased_at=None).select_related("learner")[5].learner
    # Read all at once: the test client closes the connection after a page, and with it any cursor.
    tickets = iter(newest.exclude(learner=learner).values_list("pk", flat=True)[:MOST_TAKEN])
    measure(client, inbox)
    before = [[measure(client, inbox)[0] for _ in range(ROUNDS)], [take(tickets) for _ in range(ROUNDS)]]
    erasure = actions.request_erasure(learner, team.memberships.all()[0].user)
    steps, during = [], [[], []]
    thread, started = Thread(target=erase, args=(erasure.pk, steps)), time.perf_counter()
    thread.start()
    while thread.is_alive():
        during[0].append(measure(client, inbox)[0])
        during[1].append(take(tickets))
    seconds = time.perf_counter() - started
    erasure.refresh_from_db()
    bodies = Delivery.objects.for_team(team).count()
    print(f"{bodies} bodies, {seconds:.1f} s, {len(steps)} steps, the longest {max(steps):.2f} s; {erasure.counts}")
    for name, first, second in zip(["inbox", "a ticket is taken"], before, during, strict=True):
        print(f"{name:20} before {told(first)}   meanwhile {told(second)}")


if __name__ == "__main__":
    main()
