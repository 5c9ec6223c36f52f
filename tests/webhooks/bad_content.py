"""Authentic bodies that cannot be processed, each with its problem."""

import json

from tests.webhooks.sender import learner_help

BAD_CONTENT = {
    "not json": (b"{nope", "not_json"),
    "empty": (b"", "not_json"),
    "latin-1": (b'{"event": "caf\xe9"}', "not_json"),
    "nan": (b'{"event": "nutror.learner_help", "data": {"x": NaN}}', "not_json"),
    "huge number": (b'{"event": "nutror.learner_help", "data": ' + b"9" * 5000 + b"}", "not_json"),
    "deep": (b"[" * 100_000, "too_deep"),
    "a list": (b"[]", "wrong_type"),
    "null": (b"null", "wrong_type"),
    "no event": (b'{"data": {}}', "missing"),
    "event is a number": (b'{"event": 7, "data": {}}', "wrong_type"),
    "event is empty": (b'{"event": "", "data": {}}', "invalid"),
    "event is long": (json.dumps({"event": "x" * 101}).encode(), "invalid"),
    "event has a NUL": (json.dumps({"event": "nutror\0"}).encode(), "invalid"),
    "data is a text": (b'{"event": "nutror.learner_help", "data": "x"}', "wrong_type"),
    "data is a list": (b'{"event": "nutror.learner_help", "data": []}', "wrong_type"),
    "no data": (b'{"event": "nutror.learner_help"}', "missing"),
    "no learner": (learner_help(learner=None), "missing"),
    "learner is a text": (learner_help(learner="x"), "wrong_type"),
    "no e-mail": (learner_help(learner={"name": "x"}), "missing"),
    "blank e-mail": (learner_help(learner={"email": "  "}), "missing"),
    "e-mail is a list": (learner_help(learner={"email": []}), "wrong_type"),
    "e-mail is no address": (learner_help(learner={"email": "nobody"}), "invalid"),
    "e-mail is long": (learner_help(learner={"email": "a" * 300 + "@b.c"}), "invalid"),
    "e-mail is long in lower case": (learner_help(learner={"email": "\u0130" * 200 + "@b.c"}), "invalid"),
    "NUL in a name": (learner_help(learner={"email": "a@b.c", "name": "a\0b"}), "unstorable"),
    "half a surrogate pair": (learner_help(course={"hash": "h", "title": "\ud800"}), "unstorable"),
    "no hash": (learner_help(course={"title": "t"}), "missing"),
    "hash is long": (learner_help(course={"hash": "h" * 129}), "invalid"),
    "hash is a truth value": (learner_help(course={"hash": True}), "wrong_type"),
    "no producer": (learner_help(producer=None), "missing"),
}
