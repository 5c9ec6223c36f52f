"""Each person's own language, look and time zone."""

import pytest

from helpdesk.teams.models import User
from tests.factories import NOON, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


def save(page, **changes):
    return page.post("/account/", {"name": "Ana"} | changes)


def test_a_chosen_language_overrides_the_browsers_and_is_stored_for_the_person(page, client):
    assert "Your account" in page.get("/account/").text
    save(page, language="pt-br")
    assert "Sua conta" in page.get("/account/").text
    user = User.objects.get()
    client.logout()
    client.force_login(user)
    assert "Sua conta" in client.get("/account/").text


def test_the_language_button_is_stored_for_logged_in_people(page, client):
    assert page.post("/language/", {"language": "pt-br", "next": "/account/"}).url == "/account/"
    assert User.objects.get().language == "pt-br"
    page.post("/language/", {"language": "xx", "next": "/account/"})
    assert User.objects.get().language == "pt-br"
    client.logout()
    assert client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"}).url == "/"


def test_theme_and_density_are_passed_to_the_stylesheet(page):
    assert "data-theme" not in page.get("/t/escola/").text
    save(page, theme="dark", density="compact")
    text = page.get("/t/escola/").text
    assert 'data-theme="dark"' in text
    assert 'data-density="compact"' in text


def test_times_are_in_the_persons_time_zone_or_else_the_teams(page, ticket):
    path = f"/t/escola/tickets/{ticket.number}/"
    assert "9 AM" in page.get(path).text
    save(page, time_zone="Europe/Lisbon")
    assert "12 PM" in page.get(path).text


@pytest.mark.parametrize(
    "changes",
    [
        {"theme": "pink"},
        {"density": "tiny"},
        {"language": "xx"},
        {"time_zone": "Mars/Base"},
        {"name": "x" * 200},
        {"name": "\u200b"},
    ],
)
def test_an_unknown_value_is_refused_and_nothing_is_saved(page, changes):
    before = User.objects.values().get()
    assert save(page, **changes).status_code == 422
    assert User.objects.values().get() == before


@pytest.mark.parametrize("hours", ["0", "-1", "721", "x", ""])
def test_a_response_target_is_between_an_hour_and_a_month(page, ticket, hours):
    MembershipFactory._meta.model.objects.update(role="owner")
    data = {"name": "Escola", "time_zone": "America/Sao_Paulo", "response_target_hours": hours, "reopen_within_days": 7}
    assert page.post("/t/escola/team/", data).status_code == 422
    assert page.post("/t/escola/team/", data | {"response_target_hours": "8"}).status_code == 302
    ticket.team.refresh_from_db()
    assert open_ticket(ticket.team, requested_at=NOON).response_due_at.hour == (NOON.hour + 8) % 24
