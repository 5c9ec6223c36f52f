"""A name written in two ways is one name, whichever way it comes in."""

import unicodedata

import pytest

from helpdesk.courses.models import Learner
from helpdesk.inbox.models import SavedView
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, TicketEvent
from tests.factories import LearnerFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db
BULK = "/t/escola/changes/"
NFD = unicodedata.normalize("NFD", "vídeo")
INVISIBLE = "\u200b\u2060\u200d\ufe0f\U000e0101"


def tags(ticket):
    return sorted(ticket.tags.values_list("name", flat=True))


def test_a_tag_is_found_by_the_name_as_it_was_typed(page, team, api):
    ticket = open_ticket(team)
    actions.add_tag(ticket, Actor.system(), "Acesso  VIP")
    for query in ({"tag": "Acesso  VIP"}, {"tag": "acesso vip"}):
        assert page.get("/t/escola/", query).context["page"].tickets == [ticket]
        assert len(api.get("tickets", query).json()["results"]) == 1


def test_composed_and_decomposed_characters_are_one_tag(page, team):
    one, other = open_ticket(team), open_ticket(team)
    actions.add_tag(one, Actor.system(), "vídeo")
    page.post(BULK, {"change": "tag:", "tag": NFD, "ticket": f"{other.number}-{other.version}"})
    assert Tag.objects.count() == 1
    assert tags(other) == ["vídeo"]


@pytest.mark.parametrize("name", ["VIP Ouro", "vip\u00a0 ouro", "VIP\u200b Ouro", "VIP\ufe0f\u2800Ouro\u034f"])
def test_a_tag_can_be_removed_in_any_spelling(page, team, api, name):
    for take_off in (
        lambda ticket: actions.remove_tag(ticket, Actor.system(), name),
        lambda ticket: page.post(BULK, {"change": f"untag:{name}", "ticket": f"{ticket.number}-{ticket.version}"}),
        lambda ticket: api.post("tickets/bulk", {"tickets": {"numbers": [ticket.number]}, "change": {"untag": name}}),
    ):
        ticket = open_ticket(team)
        actions.add_tag(ticket, Actor.system(), "vip ouro")
        take_off(ticket)
        assert tags(ticket) == []
        assert TicketEvent.objects.filter(ticket=ticket, kind="untagged").get().fact.old_value == "vip ouro"


def test_a_tag_of_invisible_characters_is_refused_everywhere(page, team, api):
    ticket = open_ticket(team)
    with pytest.raises(actions.ActionRefused):
        actions.add_tag(ticket, Actor.system(), INVISIBLE)
    data = {"change": f"tag:{INVISIBLE}", "ticket": f"{ticket.number}-{ticket.version}"}
    assert page.post(BULK, data, headers={"hx-request": "true"}).status_code == 422
    assert page.post(BULK, data | {"from_ticket": ticket.number}).status_code == 422
    assert api.post(f"tickets/{ticket.number}/tags", {"tag": INVISIBLE}).status_code in {409, 422}
    assert not Tag.objects.exists()


def test_a_view_name_is_unique_after_normalization_and_cannot_be_invisible(page, api):
    page.post("/t/escola/views/", {"name": f"Meu  {NFD}", "query": "priority=2"})
    again = page.post("/t/escola/views/", {"name": "Meu vídeo", "query": "priority=3"})
    assert again.status_code == 422
    assert page.post("/t/escola/views/", {"name": INVISIBLE, "query": "priority=2"}).status_code == 422
    assert api.post("saved-views", {"name": INVISIBLE, "query": "priority=2"}).status_code == 422
    assert SavedView.objects.get().name == "Meu vídeo"


def test_an_invisible_name_is_replaced_by_the_address(team):
    assert str(LearnerFactory(team=team, name="\u200b", email="ana@example.com")) == "ana@example.com"
    assert str(UserFactory(name="\u3164", email="rui@example.com")) == "rui@example.com"


def test_lengths_are_checked_after_normalization(page, team, api):
    twice, lower = "\u0958", "\u0130"  # letters that NFC, and lower case, write as two
    assert api.post("saved-views", {"name": twice * 40, "query": "priority=2"}).status_code == 422
    address = f"a@{'.'.join([lower * 60] * 3)}.com"
    for learner in ({"email": "a@example.com", "name": twice * 255}, {"email": address}):
        assert api.post("tickets", {"learner": learner}).status_code == 422
        assert page.post("/t/escola/tickets/new/", learner).status_code == 422
    assert not Learner.objects.exists()
