"""Records what happens to accounts, and ends what a change has to end."""

from __future__ import annotations

import sys
from pathlib import Path

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from helpdesk.operations.environ import client_address
from helpdesk.teams.browsers import user_agent_of
from helpdesk.teams.models import AccountEvent, User
from helpdesk.teams.session_ends import end_with_other_sessions
from helpdesk.ui.cleaning import clean_key

HASHED_AT_ONCE = 500  # rows


def normalize_email(email: str) -> str:
    """A typed address in the form in which addresses are stored, counted and compared."""
    return clean_key(email)[:254]


def hash_unknown(email: str) -> str:
    """A keyed hash for an address without an account: it allows counting attempts, without storing the address."""
    return salted_hmac("teams.unknown_email", email, algorithm="sha256").hexdigest()


def hash_unknown_emails() -> None:
    """Hash what processes of the previous version have written since the migration that hashed existing rows."""
    last_pk = 0
    unknown = AccountEvent.objects.filter(user=None, email__contains="@").order_by("pk")
    while events := list(unknown.filter(pk__gt=last_pk).only("email")[:HASHED_AT_ONCE]):
        for event in events:
            event.email = hash_unknown(event.email)
        AccountEvent.objects.bulk_update(events, ["email"])
        last_pk = events[-1].pk


def record(request: HttpRequest, kind: AccountEvent.Kind, email: str, user: User | None = None) -> AccountEvent:
    """Record what happened, to whom, and from where."""
    return AccountEvent.objects.create(
        kind=kind,
        user=user,
        email=normalize_email(email),
        address=client_address(request.META),
        user_agent=user_agent_of(request),
    )


def record_new_account(user: User) -> None:
    """Record an account that was just created. Its address counts as verified: whoever created it vouches for it."""
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    record(current_request(), AccountEvent.Kind.ACCOUNT_CREATED, user.email, user)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Log the person out everywhere else; the session of this request continues if it is theirs."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    if request.user == user:
        request.user.refresh_from_db(fields=["session_epoch", "password"])
        update_session_auth_hash(request, request.user)
    end_with_other_sessions(request, user)


def end_pending_email_changes(user: User) -> None:
    """Invalidate links to confirm a new address: whoever requested them may have known the former password."""
    EmailAddress.objects.filter(user=user, verified=False).delete()


def current_request() -> HttpRequest:
    """The request that is being handled; outside of requests, one that stands for the running command."""
    request: HttpRequest | None = context.request
    if request:
        return request
    request = HttpRequest()
    request.user = AnonymousUser()
    request.META["HTTP_USER_AGENT"] = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    return request


def tell_of_stored_password(user: User) -> None:
    """Record a password that was stored outside of requests, as in a shell, notify the person, and end their sessions.

    Pages do so themselves, since they know whether it was changed or reset.
    """
    if context.request is None:
        request = current_request()
        with context.request_context(request):
            get_adapter(request).send_notification_mail("account/email/password_changed", user)
