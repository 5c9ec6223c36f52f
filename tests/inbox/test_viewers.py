"""What a viewer sees of the pages that others work on."""

import pytest

from helpdesk.tickets import actions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("person", "has_all"), [("viewer", False), ("agent", True)])
def test_the_list_of_shortcuts_contains_only_those_the_person_can_use(request, client, ticket, person, has_all):
    client.force_login(request.getfixturevalue(person))
    keys = client.get("/t/escola/").text.partition('id="keys"')[2].partition("</dialog>")[0]
    assert all(f"<kbd>{key}</kbd>" in keys for key in ("j", "u", "/", "f", "K", "g"))
    changing = ["x", "*", "e", "t", "a", "p", "m", "r", "n", "z", "Esc"]
    shown = [key for key in changing if f"<dt><kbd>{key}</kbd></dt>" in keys]
    assert shown == (changing if has_all else [])


@pytest.mark.page_of("viewer")
def test_a_viewer_sees_that_a_ticket_is_urgent(page, ticket, actor):
    actions.change_priority(ticket, actor, 4)
    assert '<li class="property late">' in page.get(f"/t/escola/tickets/{ticket.number}/").text
