"""Acts as somebody with an account in a browser: logs in, changes credentials."""

import re
import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.models import User
from tests.factories import MembershipFactory, TeamFactory

PASSWORD = "uma senha bem comprida"
NEW_PASSWORD = "outra senha, mais comprida"
CHANGES_OF_PASSWORD = {
    "/accounts/password/change/": ("oldpassword", "password1", "password2"),
    "/admin/password_change/": ("old_password", "new_password1", "new_password2"),
}


def person(email="ana@example.com"):
    user = User.objects.create_user(email, PASSWORD, name="Ana Prado")
    MembershipFactory(user=user, team=TeamFactory(name="Confeitaria da Lua"))
    return user


def browser(address="198.51.100.1"):
    return Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en")


def log_in(email="ana@example.com", password=PASSWORD, *, address="198.51.100.1", client=None):
    client = client or browser(address)
    response = client.post("/accounts/login/", {"login": email, "password": password})
    return client, response


def is_in(client):
    return client.get("/account/").status_code == 200


def fail(times, **where):
    for _ in range(times):
        assert not is_in(log_in(password="errada", **where)[0])


def link_in(email):
    found = re.search(r"(https?://[^/\s]+)(/accounts/\S+)", str(email.body))
    assert found
    return found


def send_waiting_emails():
    """Send the e-mails about accounts, as a worker does."""
    waiting = ProcrastinateJob.objects.filter(task_name__startswith="teams.send_", status="todo")
    for job in waiting.order_by("pk"):
        app.tasks[job.task_name](**job.args)
    waiting._raw_delete("default")


def ask_for_reset(email, client=None):
    """Ask for a password reset, and send the e-mail as a worker does."""
    response = (client or browser()).post("/accounts/password/reset/", {"email": email})
    send_waiting_emails()
    return response


def confirm_password(client, response, password=PASSWORD):
    assert response["Location"].startswith("/accounts/reauthenticate/")
    return client.post(response["Location"], {"password": password})


def request_new_address(client, email):
    confirm_password(client, client.post("/accounts/email/", {"email": email, "action_add": ""}))
    return link_in(mail.outbox[-1])[2]


def reset_password(ana, password=NEW_PASSWORD):
    client = browser()
    ask_for_reset(ana.email, client)
    response = client.get(link_in(mail.outbox[-1])[2])
    return client.post(response["Location"], {"password1": password, "password2": password})


def change_password(client, page, current):
    return client.post(page, dict(zip(CHANGES_OF_PASSWORD[page], (current, NEW_PASSWORD, NEW_PASSWORD), strict=True)))


def code_of(secret, seconds=3):
    """The current code; if it expires within `seconds`, waits for the next one."""
    time_left = 30 - time.time() % 30
    if time_left < seconds:
        time.sleep(time_left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_two_factor_login(client, password=PASSWORD):
    """Set it up; returns the secret."""
    confirm_password(client, client.get("/accounts/2fa/totp/activate/"), password)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


def make_stale(client, seconds=16 * 60):
    """Move the person's authentications this many seconds into the past."""
    session = client.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record | {"at": time.time() - seconds} for record in records]
    session.save()
