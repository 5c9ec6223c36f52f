"""`manage.py demo`: a school at work, with realistic events through the real server."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import httpx
from django.conf import settings
from django.core.management import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from tqdm import tqdm

from helpdesk.demo import mail
from helpdesk.demo.event_sender import send_all
from helpdesk.demo.examples import examples
from helpdesk.demo.mail_settings import connect, environment_for
from helpdesk.demo.simulated_team import ask_by_first_reply, work, write_canned_replies
from helpdesk.demo.simulation import COURSES, invent_event, simulate_day
from helpdesk.operations.commands import DatabaseCommand
from helpdesk.operations.server import end_with_parent, is_port_free
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Role
from webhooks.actions import create_source
from webhooks.models import Delivery, Source
from webhooks.signature import sign

TEAM = "Escola da Ana"
OWNER = ("Ana Prado", "ana@escoladaana.example")
AGENTS = [("João Pedro Lima", "joao@escoladaana.example"), ("Beatriz Rocha", "beatriz@escoladaana.example")]
SEED = "escola-da-ana"


class Command(DatabaseCommand):
    """Create the demo team if necessary, serve, send a day of events, and print where to look."""

    help = "Set up a demo team, start the server, send it a simulated day of signed events."

    def handle(self, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; the next run continues with the same data."""
        if not is_port_free("127.0.0.1", settings.PORT):
            raise CommandError(f"Port {settings.PORT} is in use; choose another: make demo PORT=8001")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        state = State(settings.VAR_DIR / "demo.json")
        team = self._team(state)
        source = Source.objects.for_team(team).order_by("created_at").first() or create_source(team, "Nutror")[0]
        with ExitStack() as stack:
            pair = self._start_mail(stack, team)
            self._serve(state, team, source, pair)

    def _start_mail(self, stack: ExitStack, team: Team) -> mail.Mailbox | None:
        """Start the mail servers and connect the team to them; None if pymap is not installed or does not respond."""
        if not mail.is_available():
            self.stdout.write("Without e-mail: pymap, the mailbox's server, is not installed.")
            return None
        smtp_port = mail.free_port()
        try:
            mailbox, _learners = stack.enter_context(mail.mail_pair(smtp_port, self._show_email))
        except TimeoutError:
            self.stdout.write("Without e-mail: the mailbox's server does not answer.")
            return None
        connect(team, mailbox)
        os.environ |= environment_for(smtp_port)
        return mailbox

    def _show_email(self, message: EmailMessage) -> None:
        """Print an e-mail to people of the team, who have no mailbox here."""
        body = message.get_body(("plain",))
        self.stdout.write(f"\n  E-mail to {message['To']}: {message['Subject']}\n{body.get_content() if body else ''}")
        self.stdout.flush()

    def _serve(self, state: "State", team: Team, source: Source, mailbox: mail.Mailbox | None) -> None:
        server = self._start_server()
        try:
            self._send_day(state, team, source)
            if mailbox and not state.get("has_mail"):
                for message in mail.strangers():
                    mailbox.deliver(message)
                state["has_mail"] = True
            self._explain(state, source)
            code = server.wait()
            if code:
                raise CommandError(f"The server ended with code {code}.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            server.terminate()
            server.wait()

    def _team(self, state: "State") -> Team:
        password = state.setdefault("password", secrets.token_urlsafe(9))
        membership = Membership.objects.filter(user__email=OWNER[1], team__name=TEAM).select_related("team").first()
        if membership:
            self.stdout.write(f"The team “{TEAM}” already exists.")
            return membership.team
        self.stdout.write(f"Creating the team “{TEAM}” with an owner and two agents …")
        team = create_team(TEAM, OWNER[1], password, OWNER[0])
        for name, email in AGENTS:
            user = User.objects.filter(email=email).first() or User.objects.create_user(email, password, name=name)
            Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.AGENT})
        return team

    def _start_server(self) -> subprocess.Popen[bytes]:
        self.stdout.write("Starting the server …")
        server = _start("serve")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            try:
                if httpx.get(f"{LOCAL}/readyz", timeout=5).is_success:
                    return server
            except httpx.HTTPError:
                time.sleep(0.1)
        server.terminate()
        raise CommandError("The server did not start; see its messages above.")

    def _send_day(self, state: "State", team: Team, source: Source) -> None:
        if state.get("is_complete"):
            self.stdout.write("Its day of events has been sent already.")
            return
        url, key = LOCAL + source.intake_path, source.keys.all()[0].key
        send_all(url, key, [{"event": "ping", "data": {"message": "ping"}}])
        # The same time after an interruption, so that events that were sent already are duplicates.
        now = parse_datetime(state.setdefault("day_ends_at", timezone.now().isoformat())) or timezone.now()
        self.stdout.write("Sending an event of each kind that Eduzz knows …")
        kinds = [invent_event(Random(name), name, now - timedelta(hours=1)) for name in examples()]
        answers = send_all(url, key, kinds, parallel=1, total=len(kinds))
        day = simulate_day(Random(SEED), now)
        ask_by_first_reply(team)
        write_canned_replies(team)
        self.stdout.write("Sending a day of a school …")
        answers += send_all(url, key, day, total=len(day))
        self.stdout.write("The answers: " + ", ".join(f"{count} {status}" for status, count in answers.items()))
        self._wait_until_processed(team)
        self.stdout.write("Letting learners and the team write to each other …")
        work(team, SEED)
        state["is_complete"] = True

    def _wait_until_processed(self, team: Team) -> None:
        waiting = Delivery.objects.for_team(team).waiting()
        total = waiting.count()
        with tqdm(total=total, desc="Processing", unit="event", disable=None) as bar:
            deadline = time.monotonic() + 120
            while (left := waiting.count()) and time.monotonic() < deadline:
                bar.update(total - left - bar.n)
                time.sleep(0.2)
            bar.update(total - bar.n)

    def _explain(self, state: "State", source: Source) -> None:
        key = source.keys.all()[0].key
        event = invent_event(Random(), "nutror.learner_help", timezone.now())
        body = json.dumps(event)
        url = LOCAL + source.intake_path
        self.stdout.write(
            f"""
  Dashboard  {LOCAL}/
  E-mail     {OWNER[1]}  (agents: {AGENTS[0][1]}, {AGENTS[1][1]})
  Password   {state["password"]}

  E-mail     learners answer within seconds what you ask them, with a “?”, and rate what you resolve by
             a reply; nothing leaves this machine.
             In the course “{COURSES[0].title}” a first reply asks them what it is about

  API        {LOCAL}/api/v1/docs  (make a token under Integrações)

  Webhook    {url}
  Key        {key}

  One more ticket:
  curl -H 'content-type: application/json' -H 'x-signature: {sign(body.encode(), key)}' -d '{body}' {url}

  Ctrl-C stops everything; `make demo` goes on with the same data.
"""
        )
        self.stdout.flush()


def _start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, str(settings.BASE_DIR / "manage.py"), command],
        env=os.environ | {"HOST": "127.0.0.1"},
        preexec_fn=end_with_parent,
        start_new_session=True,
    )


LOCAL = f"http://127.0.0.1:{settings.PORT}"


class State(dict[str, Any]):
    """What the demo remembers between runs; saved at every change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(json.loads(path.read_text()) if path.exists() else {})

    def __setitem__(self, name: str, value: Any) -> None:
        """Set the value and save."""
        super().__setitem__(name, value)
        draft = self.path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self))
        draft.replace(self.path)

    def setdefault(self, name: str, value: Any = None) -> Any:
        """The value; if there is none, the given one is saved."""
        if name not in self:
            self[name] = value
        return self[name]
