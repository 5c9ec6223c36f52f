"""Checks how the proxy in front passes on requests, using the request for the doctor's page."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.operations.doctor.findings import Finding, fail, ok, warn

HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto")


def check_request(request: HttpRequest) -> Iterator[Finding]:
    """Whether the request has the headers that the proxy in front should add."""
    subject, said = _("proxy’s headers"), request.headers.get("X-Forwarded-For", "")
    if not settings.TRUSTED_PROXIES:
        if said:
            to_do = _("Set BEHIND_PROXY=true if it is your proxy that sends it.")
            yield warn(subject, _("This request has X-Forwarded-For, but no proxy is trusted to send it."), to_do)
        return
    lacking = [name for name in HEADERS if name not in request.headers]
    if lacking:
        to_do = _("Configure it to set them, as in deploy/nginx.conf.")
        yield fail(subject, _("The proxy did not send: %s") % ", ".join(lacking), to_do)
    elif len(said.split(",")) < settings.TRUSTED_PROXIES:
        to_do = _("Set TRUSTED_PROXIES to the number of proxies that add an address.")
        yield fail(subject, _("Fewer proxies than TRUSTED_PROXIES added an address."), to_do)
    else:
        yield ok(subject, _("The proxy sends X-Forwarded-For and X-Forwarded-Proto."))
