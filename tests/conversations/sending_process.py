"""A worker that sends, as a process of its own, which dies by SIGKILL at one of its steps when it is told to."""

import os
import random
import signal
from datetime import timedelta

from django.conf import settings

from helpdesk.conversations import sending

PATIENCE = 180  # seconds, on a busy machine
STEPS = ["before claim", "after claim", "before hand over", "after hand over", "before accept", "after accept"]


def die_at(step: str) -> None:
    """Have this process killed when it comes there for the first, second or third time."""
    left = random.randrange(3)

    def reach(name: str) -> None:
        nonlocal left
        if name != step:
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def around(target: str, before: str, after: str) -> None:
        do = getattr(sending, target)

        def wrapped(*args: object, **kwargs: object) -> object:
            reach(before)
            result = do(*args, **kwargs)
            reach(after)
            return result

        setattr(sending, target, wrapped)

    around("claim", "before claim", "after claim")
    around("_note_hand_over", "before hand over", "after hand over")
    around("note_sent", "before accept", "after accept")


def send(lease: float, step: str = "") -> None:
    """Send what is due, by the mail server of the settings; a lease takes so many seconds."""
    settings.EMAIL_TIMEOUT = 30
    sending.LEASE = timedelta(seconds=lease)
    sending.RUN_SECONDS = PATIENCE
    if step:
        die_at(step)
    sending.send_due()
