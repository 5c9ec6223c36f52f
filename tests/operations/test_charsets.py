"""A request is answered whatever character set it names."""

import json

import pytest
from django.test import RequestFactory
from django.test.client import BOUNDARY

from helpdesk.wsgi import application
from tests.factories import KEY, open_ticket, source_of
from tests.webhooks.sender import learner_help
from webhooks.models import Delivery
from webhooks.signature import sign

pytestmark = pytest.mark.django_db
ODD = ["hex", "base64", "rot13", "idna", "undefined", "nothing-known", "utf-16", "*"]


@pytest.mark.parametrize("charset", ODD)
def test_a_page_refuses_an_unknown_charset(page, team, charset):
    ticket = open_ticket(team)
    address = f"/t/escola/tickets/{ticket.number}/notes/"
    for kind in ("application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}", "text/plain"):
        response = page.generic("POST", address, b"body=Ligou", f"{kind}; charset={charset}")
        assert response.status_code == 400, kind
    assert page.generic("GET", "/t/escola/", CONTENT_TYPE=f"text/plain; charset={charset}").status_code == 400
    assert page.generic("POST", "/accounts/login/", b"a=b", f"text/plain; charset={charset}").status_code == 400


@pytest.mark.parametrize("charset", ODD)
def test_the_api_refuses_an_unknown_charset(page, team, charset):
    for method, path in [("GET", "tickets"), ("POST", "tickets"), ("GET", "schema"), ("GET", "docs")]:
        response = page.generic(method, f"/api/v1/{path}", b"{}", f"application/json; charset={charset}")
        assert response.status_code == 400, path
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("charset", ODD)
def test_the_intake_accepts_authentic_events_whatever_their_charset(client, team, charset):
    source, body = source_of(team), json.dumps(learner_help()).encode()
    headers = {"x-signature": sign(body, KEY)}
    kind = f"application/json; charset={charset}"
    assert client.generic("POST", source.intake_path, body, kind, headers=headers).status_code == 200
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"', "us-ascii"])
def test_forms_from_browsers_and_clients_are_read(page, charset):
    kind = f"multipart/form-data; boundary={BOUNDARY}; charset={charset}"
    assert page.generic("POST", "/accounts/logout/", f"--{BOUNDARY}--\r\n".encode(), kind).status_code == 302


def test_a_form_part_may_name_any_charset(page, team):
    ticket = open_ticket(team)
    body = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name*=hex''%e9\r\n\r\na\r\n--{BOUNDARY}--\r\n".encode()
    address = f"/t/escola/tickets/{ticket.number}/notes/"
    assert page.generic("POST", address, body, f"multipart/form-data; boundary={BOUNDARY}").status_code in {400, 422}


@pytest.mark.parametrize("parameter", ["charset=hex", "charset=undefined", "charset*=hex''%e9", "charset=a\0b"])
@pytest.mark.parametrize(("path", "status"), [("/accounts/login/", 400), ("/api/v1/tickets", 400), ("intake", 200)])
def test_requests_django_cannot_parse_are_answered(team, path, status, parameter):
    """With parameters in the address it does so before it has made a request of it."""
    path = source_of(team).intake_path if path == "intake" else path
    answers = []
    environ = RequestFactory().get(f"{path}?q=a").META | {"CONTENT_TYPE": f"text/plain; {parameter}"}
    list(application(environ, lambda status, headers: answers.append(status[:3])))
    assert answers == [str(status)]
