"""A process that decides and sends like a worker, and can be made to die by SIGKILL at a given step."""

import os
import random
import signal
from datetime import timedelta

from django.conf import settings

from helpdesk.conversations.actions import asking
from helpdesk.conversations.first_reply import sending as deciding
from helpdesk.conversations.sending import dispatcher

PATIENCE = 180  # seconds, for a busy machine
STEPS = [
    "before claim",
    "after claim",
    "before writing",
    "after writing",
    "before its way",
    "after its way",
    "after deciding",
    "before hand over",
    "after hand over",
    "before accept",
    "after accept",
]


def die_at(step: str) -> None:
    """Kill this process when it reaches the step for the first, second or third time (at random)."""
    left = random.randrange(3)

    def reach(name: str) -> None:
        nonlocal left
        if name == step:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    def around(room: object, target: str, before: str, after: str) -> None:
        do = getattr(room, target)

        def wrapped(*args: object, **kwargs: object) -> object:
            reach(before)
            result = do(*args, **kwargs)
            reach(after)
            return result

        setattr(room, target, wrapped)

    around(deciding, "claim", "before claim", "after claim")
    around(deciding, "send_question", "before writing", "after writing")
    around(asking, "create_dispatch", "before its way", "after its way")
    around(deciding, "decide_next", "before deciding", "after deciding")
    around(dispatcher, "_note_hand_over", "before hand over", "after hand over")
    around(dispatcher, "note_sent", "before accept", "after accept")


def decide_and_send(lease: float, step: str = "") -> None:
    """Do what is due, with the mail server from the settings; a lease lasts this many seconds."""
    settings.EMAIL_TIMEOUT = 30
    dispatcher.LEASE = timedelta(seconds=lease)
    dispatcher.RUN_SECONDS = deciding.RUN_SECONDS = PATIENCE
    if step:
        die_at(step)
    deciding.decide_due()
    dispatcher.send_due()
