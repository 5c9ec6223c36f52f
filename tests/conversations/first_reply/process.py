"""A worker that decides and sends, as a process of its own, which dies by SIGKILL at one of its steps if told to."""

import os
import random
import signal
import sys

import django

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
    """Have this process killed when it comes there for the first, second or third time."""
    from helpdesk.conversations import sending
    from helpdesk.conversations.actions import questions
    from helpdesk.conversations.first_reply import sending as deciding

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
    around(questions, "create_dispatch", "before its way", "after its way")
    around(deciding, "decide_next", "before deciding", "after deciding")
    around(sending, "_note_hand_over", "before hand over", "after hand over")
    around(sending, "note_sent", "before accept", "after accept")


def main() -> None:
    django.setup()
    from datetime import timedelta

    from django.conf import settings

    from helpdesk.conversations import sending
    from helpdesk.conversations.first_reply import sending as deciding

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    sending.LEASE = timedelta(seconds=float(sys.argv[2]))
    if len(sys.argv) > 3:
        die_at(sys.argv[3])
    deciding.send_due()
    sending.send_due()


if __name__ == "__main__":
    main()
