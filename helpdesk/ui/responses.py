"""Responses that Django has no class for."""

from django.http import HttpResponseRedirect


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST, redirects to the page to continue with, which browsers always fetch by GET (303, RFC 9110)."""

    status_code = 303
