"""Reads the team's page about e-mail, and the test e-mail that it sends."""

import re

from django.core import mail

HOME = "/t/escola/email/"
VALID = {"name": "Escola da Ana", "address": "Ajuda@Escola.example", "signature": "Equipe\r\nAna"}


def found_in(text, pattern):
    found = re.search(pattern, text)
    assert found
    return found[1]


def sent_token():
    return found_in(str(mail.outbox[-1].body), r"/email/confirm/([^/]+)/")
