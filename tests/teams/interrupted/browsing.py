"""Acts in a browser whose session has expired."""

import html
import re

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory

PASSWORD = "uma senha comprida"


def person(team, email):
    user = MembershipFactory(team=team, role=Role.OWNER, user__email=email).user
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.get_or_create(email=user.email, verified=True, primary=True)
    return user


def end_session(client):
    client.session.flush()
    del client.cookies["sessionid"]


def log_in(page, address, email="ana@example.com"):
    response = page.post(address, {"login": email, "password": PASSWORD})
    assert response.status_code == 302
    return page.get(response.url)


def fields_of(shown):
    form = re.search(r'<form class="notice warning.*?</form>', shown.text, re.S)
    assert form
    found = re.findall(
        r'name="([\w-]+)" value="([^"]*)"|<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', form[0], re.S
    )
    return {name or typed: html.unescape(value or text) for name, value, typed, text in found}
