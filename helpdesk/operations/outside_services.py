"""Services outside this installation that receive its data, according to the settings.

Rooms add the ones that they know (`register_outside_services`), such as the servers of a team's mailboxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True)
class OutsideService:
    """A processor of this installation's data: its name or host, and what it does with which data."""

    name: str
    purpose: str | Promise


_FINDERS: list[Callable[[int], Iterable[OutsideService]]] = []


def register_outside_services(find: Callable[[int], Iterable[OutsideService]]) -> None:
    """Also list the services that this function finds for a team, given its primary key."""
    _FINDERS.append(find)


def mail_service() -> str:
    """Who sends our e-mail: the provider's name or the mail server's host; empty if none is sent."""
    if settings.ANYMAIL_PROVIDER:
        return str(settings.ANYMAIL_PROVIDER)
    return str(settings.EMAIL_HOST or "") if settings.EMAIL_BACKEND == SMTP else ""


def outside_services(team_id: int) -> list[OutsideService]:
    """The services that receive this team's data, sorted by name."""
    found = {service for find in [_of_settings, *_FINDERS] for service in find(team_id)}
    return sorted(found, key=lambda service: (service.name, str(service.purpose)))


def _of_settings(team_id: int) -> Iterable[OutsideService]:
    if name := mail_service():
        yield OutsideService(name, _("Sends e-mails to learners and to the team"))
    if host := urlsplit(settings.SENTRY_DSN).hostname:
        yield OutsideService(host, _("Receives error reports, without texts or names"))
    if host := urlsplit(settings.OTEL_EXPORTER_OTLP_ENDPOINT).hostname:
        yield OutsideService(host, _("Receives traces of requests and jobs, without texts or names"))
    for line in settings.SUBPROCESSORS:
        name, _separator, purpose = line.partition(":")
        if name.strip():
            yield OutsideService(name.strip(), purpose.strip())
