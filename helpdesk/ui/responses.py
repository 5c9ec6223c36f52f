"""Answers that Django has no class for."""

from django.http import HttpResponseRedirect


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST, the page to go on with, which is always fetched by GET (303, RFC 9110)."""

    status_code = 303
