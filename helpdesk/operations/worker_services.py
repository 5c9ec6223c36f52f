"""What a worker process does beside its jobs: services that work off what waits in a table of theirs.

A room registers its service in its AppConfig.ready(); this room knows none of them. `manage.py worker` runs each in a
thread of its own, in any number of processes side by side.
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

POLL = 1.0  # seconds until a service looks by itself
LONGEST_BACK_OFF = 2.0  # seconds
LONGEST_REST = 1.0  # seconds
# Of the time it worked. As long as that, and a worker never catches up with 100 events a second on two cores. In a
# flood it cannot anyway, and what it takes of the processor is missing where they are stored (docs/performance.md).
REST, REST_IN_FLOOD = 1 / 3, 3
FLOOD = 500  # new ones a second


@dataclass(frozen=True)
class Service:
    """`work` does some of what waits, in short transactions, and says whether more may wait.

    It is called again whenever `channel` is notified (see wakeups.py), and by itself every POLL seconds.
    """

    name: str
    channel: str
    work: Callable[[], bool]

    def drain(self) -> None:
        """Do all that waits now."""
        while self.work():
            pass

    def run(
        self, stop: threading.Event, turn: Callable[[], None] = lambda: None, *, is_beside_server: bool = False
    ) -> None:
        """Work until `stop` is set; an error is survived, and logged: of those in a row that the database is away, the
        first. Calls `turn` at every turn, as a sign of life. Beside a server it rests for a part of the time that it
        worked, while more comes in than it can do, and for most of it in a flood.
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
                    # After a wake-up there may be one more that was not sent, since it came too soon after the other.
                    was_woken = listener.wait(LEAST_GAP * 1.2 if was_woken else POLL)
                    continue
                now, came = time.monotonic(), listener.count()
                rest = REST_IN_FLOOD if came > FLOOD * (now - looked_at) else REST
                if is_beside_server and came:
                    stop.wait(min(LONGEST_REST, rest * (now - started)))
                looked_at = now


_SERVICES: dict[str, Service] = {}


def register_service(service: Service) -> None:
    """Have every worker run it."""
    _SERVICES[service.name] = service


def registered_services() -> list[Service]:
    """All of them, in the order of their registration."""
    return list(_SERVICES.values())
