"""How many e-mails a second are stored, and how many one worker files: known learners' replies on their tickets.

A third are HTML with a quotation, and one in ten has a photo from a phone. Run by `make bench`.
"""

import argparse
import io
import time
from email.message import EmailMessage

from django.db import transaction
from django.utils import timezone
from PIL import Image

from benchmarks import intake  # noqa: F401 - sets the environment up
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import Dispatch, InboundEmail, Mailbox
from helpdesk.conversations.sending.dispatches import reply_token
from helpdesk.courses.actions import lock_or_create_learner
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actor import Actor

QUOTED = "\n\nEm seg., 23 de nov. de 2026 às 10:00, Escola <ajuda@bench.example> escreveu:\n> Qual é a sua dúvida?\n"
HTML = '<p>O vídeo não abre.</p><div class="gmail_quote"><blockquote>Qual é a sua dúvida?</blockquote></div>'


def photo():
    """A photo as from a phone: 3 megapixels of noise, which compress as badly as any picture."""
    buffer = io.BytesIO()
    Image.effect_noise((2_000, 1_500), 60).convert("RGB").save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def answers(team, count, picture):
    actor = Actor.person(Membership.objects.filter(team=team).select_related("user").get().user)
    for number in range(count):
        address = f"learner{number}@bench.example"
        with transaction.atomic():
            learner = lock_or_create_learner(team, email=address, name="Mariana", at=timezone.now())
            ticket = open_ticket(
                team, Actor.system(), learner=learner, course=None, producer=None, requested_at=timezone.now()
            )
        dispatch = reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get()
        # Otherwise the benchmark of outgoing e-mail would send these too, the next time it runs.
        Dispatch.objects.filter(pk=dispatch.pk).update(state="delivered", next_try_at=None)
        to = f"ajuda+{reply_token(dispatch.email_message_id)}@bench.example"
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = address, to, "Re: Sua dúvida"
        message["Message-ID"] = f"<{number}.{time.time()}@bench.example>"
        message.set_content("O vídeo não abre." + QUOTED)
        if number % 3 == 0:
            message.add_alternative(HTML, subtype="html")
        if picture and number % 10 == 0:
            message.add_attachment(picture, maintype="image", subtype="jpeg", filename="foto.jpg")
        yield to, message.as_bytes()


def measure(count, picture):
    team = create_team("Benchmark", f"benchmark-{time.time()}@example.com")
    mailbox = Mailbox.objects.create(team=team, kind="smtp", address=f"ajuda@{team.slug}.example")
    mails = list(answers(team, count, picture))
    started = time.monotonic()
    for to, raw in mails:
        store_email(mailbox, raw, envelope=Envelope("", to))
    stored = time.monotonic() - started
    started, processor = time.monotonic(), time.process_time()
    while file_waiting():
        pass
    filed = time.monotonic() - started
    states = set(InboundEmail.objects.filter(mailbox=mailbox).values_list("state", flat=True))
    assert states == {"filed"}, states
    each = (time.process_time() - processor) / count * 1_000
    print(f"  {'with photos' if picture else 'text alone'}: {count / stored:.0f} stored a second,")
    print(f"    {count / filed:.0f} filed a second by one worker ({each:.1f} ms of the processor each)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    arguments = parser.parse_args()
    print("E-mails that come in")
    measure(arguments.count, None)
    measure(arguments.count // 3, photo())
