"""A process that sends like a worker, and can be made to die by SIGKILL at a given step."""

import os
import random
import signal
from datetime import timedelta

from django.conf import settings

from helpdesk.conversations.sending import dispatcher

PATIENCE = 180  # seconds, for a busy machine
STEPS = ["before claim", "after claim", "before hand over", "after hand over", "before accept", "after accept"]


def die_at(step: str) -> None:
    """Kill this process when it reaches the step for the first, second or third time (at random)."""
    left = random.randrange(3)

    def reach(name: str) -> None:
        nonlocal left
        if name != step:
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def around(target: str, before: str, after: str) -> None:
        do = getattr(dispatcher, target)

        def wrapped(*args: object, **kwargs: object) -> object:
            reach(before)
            result = do(*args, **kwargs)
            reach(after)
            return result

        setattr(dispatcher, target, wrapped)

    around("claim", "before claim", "after claim")
    around("_note_hand_over", "before hand over", "after hand over")
    around("note_sent", "before accept", "after accept")


def send(lease: float, step: str = "") -> None:
    """Send what is due, with the mail server from the settings; a lease lasts this many seconds."""
    settings.EMAIL_TIMEOUT = 30
    dispatcher.LEASE = timedelta(seconds=lease)
    dispatcher.RUN_SECONDS = PATIENCE
    if step:
        die_at(step)
    dispatcher.send_due()
