"""Services: work that a worker does besides jobs, on rows waiting in tables.

A room registers its service in its AppConfig.ready(); this room knows none of them. `manage.py worker` runs each in a
thread of its own; any number of processes may do so at the same time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connection

from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.wakeups import LEAST_GAP, Listener

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds until a service looks for work without a wake-up
LONGEST_BACK_OFF = 2.0  # seconds
LONGEST_REST = 1.0  # seconds
# As a share of the time spent working. With the full time, a worker never catches up with 100 events a second on two
# cores. In a flood it cannot catch up anyway, and storing events needs the CPU (docs/performance.md).
REST, REST_IN_FLOOD = 1 / 3, 3
FLOOD = 500  # new items a second


@dataclass(frozen=True)
class Service:
    """`work` handles some of what is waiting, in short transactions, and returns whether there may be more.

    It is called after each notification on `channel` (see wakeups.py), and every POLL seconds without one.
    """

    name: str
    channel: str
    work: Callable[[], bool]

    def drain(self) -> None:
        """Do everything that is waiting."""
        while self.work():
            pass

    def run(
        self, stop: threading.Event, turn: Callable[[], None] = lambda: None, *, is_beside_server: bool = False
    ) -> None:
        """Work until `stop` is set.

        Errors are logged and survived; while the database is away, only the first is logged. `turn` is called in every
        round as a sign of life. Beside a server, it rests for a share of its working time while more keeps coming in,
        and for most of it in a flood.
        """
        failures = 0

        def note_success() -> None:
            nonlocal failures
            if failures:
                logger.info("%s works again", self.name)
            failures = 0

        while not stop.wait(min(LONGEST_BACK_OFF, 0.1 * 2**failures) if failures else 0):
            try:
                self._listen_and_work(stop, turn, note_success, is_beside_server)
            except DATABASE_IS_AWAY as error:
                if not failures:
                    logger.warning("%s: the database cannot be used (%s)", self.name, first_line(error))
            except Exception:
                logger.exception("%s failed", self.name)
            connection.close()
            turn()
            failures = min(failures + 1, 8)

    def _listen_and_work(
        self,
        stop: threading.Event,
        turn: Callable[[], None],
        note_success: Callable[[], None],
        is_beside_server: bool,
    ) -> None:
        with Listener(self.channel) as listener:
            was_woken, looked_at = False, time.monotonic()
            while not stop.is_set():
                turn()
                close_old_connections()
                started = time.monotonic()
                has_more = self.work()
                note_success()
                if not has_more:
                    # After a wake-up another may have been suppressed because it came too soon.
                    was_woken = listener.wait(LEAST_GAP * 1.2 if was_woken else POLL)
                    continue
                now, came = time.monotonic(), listener.count()
                rest = REST_IN_FLOOD if came > FLOOD * (now - looked_at) else REST
                if is_beside_server and came:
                    stop.wait(min(LONGEST_REST, rest * (now - started)))
                looked_at = now


_SERVICES: dict[str, Service] = {}


def register_service(service: Service) -> None:
    """Have every worker run this service."""
    _SERVICES[service.name] = service


def registered_services() -> list[Service]:
    """All services, in order of registration."""
    return list(_SERVICES.values())
