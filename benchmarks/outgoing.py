"""How many e-mails a second one worker sends to a mail server on the same machine.

Run by `make bench`. Writes replies, then sends all of them as a worker's jobs do, over several connections at once, to
a real server that accepts everything.
"""

import argparse
import socket
import threading
import time
from datetime import timedelta

from benchmarks.pages import team_of

BODY = "Oi, {first_name}!\n\nO vídeo já abre de novo: https://example.com/aula\n\n- saia da conta\n- entre outra vez"
SEVERAL = 4  # connections, the default of WORKER_EMAILS

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket


def free_port():
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Taker:
    """Accepts and counts everything."""

    def __init__(self):
        self.taken = 0

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        return "250 Taken"


def write(team, count):
    """Write `count` replies that are due."""
    tickets = list(Ticket.objects.for_team(team).unmerged().order_by("pk")[:count])
    person = Actor.person(team.memberships.first().user)
    started = time.perf_counter()
    with transaction.atomic():
        for ticket in tickets:
            reply(ticket, person, BODY)
        Dispatch.objects.filter(team=team, state="held").update(next_try_at=F("created_at") - timedelta(seconds=1))
    return len(tickets), time.perf_counter() - started


def send_all():
    """Send as one job does, until nothing is due."""
    while Dispatch.objects.filter(state__in=["held", "queued"]).exists():
        dispatcher.send_due()
    connection.close()


def main(count, tickets):
    team = team_of(tickets)
    taker = Taker()
    controller = Controller(taker, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        for connections in (1, SEVERAL):
            taker.taken = 0
            written, took = write(team, count)
            print(f"{written} replies written, {took / written * 1000:.1f} ms each")
            threads = [threading.Thread(target=send_all) for _ in range(connections)]
            started = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - started
            assert taker.taken == written, f"{taker.taken} of {written} were taken"
            print(f"{connections} connections: {written / took:.0f} e-mails a second")
            Message.objects.for_team(team).filter(body__startswith="Oi,", kind="reply").delete()
    finally:
        controller.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--tickets", type=int, default=10_000, help="of the team")
    arguments = parser.parse_args()
    main(arguments.count, arguments.tickets)
