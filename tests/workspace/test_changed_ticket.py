"""A change on a ticket's page is answered with the ticket as it is now, or the next one, and undone there."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.factories import CourseFactory, MembershipFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"
HTMX = {"hx-request": "true"}


def change(page, ticket, what, *, shown=None, seen=None, headers=None, **data):
    """Press a button on the page of a ticket, or on that of another which shows this one."""
    ticket.refresh_from_db()
    form = {"change": what, "ticket": f"{ticket.number}-{seen or ticket.version}"} | data
    return page.post(URL, form | {"from_ticket": (shown or ticket).number}, headers=headers)


def in_place(ticket):
    """The headers that htmx sends from the ticket's page."""
    return HTMX | {"hx-current-url": f"http://testserver/t/escola/tickets/{ticket.number}/"}


def tags(ticket):
    return [tag.name for tag in ticket.tags.all()]


def merge_two(team, ticket):
    other = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    actions.merge_ticket(other, Actor.system(), ticket)
    return other


def test_every_change_that_stays_works_in_place_and_without_javascript(page, team, ticket, agent):
    other = MembershipFactory(team=team).user
    twin = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    address = f"/t/escola/tickets/{ticket.number}/"
    for what in (f"assignee:{other.pk}", "assignee:me", "status:pending", "priority:4", "tag:Vídeo", "untag:vídeo"):
        response = change(page, ticket, what)
        assert (response.status_code, response.url) == (303, f"{address}?changed={BulkChange.objects.latest('pk').pk}")
        ticket.refresh_from_db()
        undo.restore(ticket, Actor.person(agent), *undoing(BulkChange.objects.latest("pk")))
        part = change(page, ticket, what, headers=in_place(ticket))
        assert part.status_code == 200, what
        assert part.headers["HX-Retarget"] == "#ticket"
        assert 'id="ticket"' in part.text
        assert '<div id="bulk" hx-swap-oob="innerHTML">' in part.text
        assert "Mariana Ribeiro" in part.text.split('class="toast"')[1]
        assert json.loads(part.headers["HX-Trigger"]) == {"list-changed": {"tickets": [ticket.number]}}
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status, ticket.priority, tags(ticket)) == (agent, "pending", 4, [])
    change(page, ticket, f"merge:{twin.number}", headers=in_place(ticket))
    ticket.refresh_from_db()
    assert ticket.merged_into == twin


def undoing(made):
    item = made.items.get()
    return item.before, item.after


def prepare(ticket, what):
    if what == "unsnooze:":
        actions.snooze_ticket(ticket, Actor.system(), timezone.now() + timedelta(days=1))
    elif what.startswith("untag:"):
        actions.add_tag(ticket, Actor.system(), "vídeo")
    elif what == "status:open":
        actions.resolve_ticket(ticket, Actor.system())


ALL = [
    "status:resolved",
    "status:closed",
    "status:pending",
    "status:open",
    "assignee:me",
    "priority:4",
    "tag:vídeo",
    "untag:vídeo",
    "snooze:tomorrow",
    "unsnooze:",
    "merge:",
]


@pytest.mark.parametrize("what", ALL)
def test_each_change_can_be_undone_from_its_toast(page, team, ticket, what):
    twin = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    prepare(ticket, what)
    before = undo.state_of(Ticket.objects.get(pk=ticket.pk))
    shown = change(page, ticket, f"merge:{twin.number}" if what == "merge:" else what)
    assert undo.state_of(Ticket.objects.get(pk=ticket.pk)) != before
    # The toast on whatever page comes next has the button, and leads back to this ticket.
    toast = page.get(shown.url).text.partition('class="toast"')[2]
    made = BulkChange.objects.get()
    assert f'action="{URL}{made.pk}/undo/"' in toast
    assert re.search(rf'name="from_ticket"\s+value="{ticket.number}"', toast)
    response = page.post(f"{URL}{made.pk}/undo/", {"from_ticket": ticket.number}, headers=in_place(ticket))
    assert "Mariana Ribeiro" in response.text
    assert f"#{ticket.number}: undone" in response.text
    assert undo.state_of(Ticket.objects.get(pk=ticket.pk)) == before


def test_a_ticket_split_off_on_its_roots_page_can_be_merged_again(page, team, ticket):
    other = merge_two(team, ticket)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert f'name="ticket" value="{other.number}-{other.version}"' in text
    response = change(page, other, "unmerge:", shown=ticket, headers=in_place(ticket))
    ticket.refresh_from_db()
    assert ticket.request_count == 1
    assert f'data-number="{ticket.number}"' in response.text
    undo = f"{URL}{BulkChange.objects.get().pk}/undo/"
    assert undo in response.text
    response = page.post(undo, {"from_ticket": ticket.number}, headers=in_place(ticket))
    ticket.refresh_from_db()
    assert ticket.request_count == 2
    assert f'data-number="{ticket.number}"' in response.text


BAD = [
    ("assignee:999999", {}),
    ("assignee:x", {}),
    ("status:new", {}),
    ("status:nonsense", {}),
    ("status:", {}),
    ("priority:9", {}),
    ("priority:x", {}),
    ("tag:", {"tag": ""}),
    ("tag:", {"tag": "x" * 41}),
    ("tag:", {"tag": "a\0b"}),
    ("snooze:", {}),
    ("snooze:never", {}),
    ("snooze:", {"until": "2001-01-01T10:00"}),
    ("snooze:", {"until": "2199-01-01T10:00"}),
    ("snooze:", {"until": "soon"}),
    ("merge:999", {}),
    ("merge:", {}),
    ("merge:x", {}),
    ("delete:", {}),
    ("", {}),
]


@pytest.mark.parametrize(("what", "data"), BAD)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_invalid_change_is_answered_with_422_and_changes_nothing(page, team, ticket, what, data, headers):
    actions.change_status(ticket, Actor.system(), "open")
    before = Ticket.objects.values().get()
    response = change(page, ticket, what, headers=headers, **data)
    assert response.status_code == 422
    assert ("<html" in response.text) is not bool(headers)
    is_problem_in_picker = bool(headers) and what in {"tag:", "snooze:"}  # which opens, and says it there alone
    assert bool(re.search(r'<p class="notice error" role="alert">[^<]+</p>', response.text)) is not is_problem_in_picker
    assert bool(re.search(r'<p class="errorlist" id="[^"]+">[^<]+</p>', response.text)) is (what in {"tag:", "snooze:"})
    assert Ticket.objects.values().get() == before
    for typed in data.values():
        if typed and "\0" not in typed:
            assert f'value="{typed}"' in response.text
    if data:
        assert "data-open" in response.text


def test_merging_into_another_learners_ticket_or_itself_is_refused(page, team, ticket):
    other = open_ticket(team)
    assert "same learner" in html.unescape(change(page, ticket, f"merge:{other.number}").text)
    response = change(page, ticket, f"merge:{ticket.number}")
    assert response.status_code == 422
    assert "into itself" in response.text


def test_a_future_version_is_refused(page, ticket):
    response = change(page, ticket, "priority:4", seen=7)
    assert response.status_code == 422
    assert "changed while you were looking" in response.text
    assert Ticket.objects.get().priority == 2


@pytest.mark.parametrize("number", ["0", "99", "9" * 9])
def test_the_page_of_an_unknown_ticket_is_404(page, ticket, number):
    data = {"change": "priority:4", "ticket": f"{ticket.number}-1", "from_ticket": number}
    assert page.post(URL, data).status_code == 404


@pytest.fixture
def list_of_three(team):
    """Three tickets with the status new, the first one waiting longest."""
    now = timezone.now()
    return [open_ticket(team, requested_at=now - timedelta(minutes=9 - place)) for place in range(3)]


@pytest.mark.parametrize("what", ["status:resolved", "status:closed", "snooze:tomorrow"])
def test_resolving_and_snoozing_continue_with_the_next_ticket_of_the_list(page, list_of_three, what):
    first, second, _third = list_of_three
    response = change(page, first, what, query="status=new")
    made = BulkChange.objects.get()
    address = f"/t/escola/tickets/{second.number}/?changed={made.pk}&in=status%3Dnew"
    assert (response.status_code, response.url) == (303, address)
    page.post(f"{URL}{made.pk}/undo/")
    response = change(page, first, what, query="status=new", headers=in_place(first))
    address = address.replace(f"={made.pk}&", f"={BulkChange.objects.latest('pk').pk}&")
    assert json.loads(response.headers["HX-Location"]) == {
        "path": address,
        "target": "#ticket",
        "select": "#ticket",
        "swap": "outerHTML show:none",
    }
    part = page.get(address, headers=HTMX)
    assert part.headers["HX-Push-Url"] == f"/t/escola/tickets/{second.number}/?in=status%3Dnew"
    assert f"#{first.number}: " in part.text.partition('class="toast"')[2]


def test_the_last_ticket_is_followed_by_the_first_and_a_single_one_by_the_list(page, list_of_three):
    first, second, third = list_of_three
    assert f"/tickets/{first.number}/" in change(page, third, "status:resolved").url
    assert f"/tickets/{second.number}/" in change(page, first, "status:resolved").url
    snoozed = change(page, second, "snooze:tomorrow", headers=HTMX)
    assert snoozed.headers["HX-Redirect"] == f"/t/escola/?changed={BulkChange.objects.latest('pk').pk}"
    change(page, second, "unsnooze:")
    made = change(page, second, "status:resolved", query="status=new")
    assert made.url == f"/t/escola/?status=new&changed={BulkChange.objects.latest('pk').pk}"


def test_the_next_ticket_is_the_next_in_the_list_before_the_change(page, list_of_three):
    """A ticket that waits on somebody else stands at the end; resolved it would stand before the others."""
    first, second, third = list_of_three
    for waiting in (second, third):
        actions.change_status(waiting, Actor.system(), Status.PENDING)
    assert f"/tickets/{third.number}/" in change(page, second, "status:resolved").url
    assert Ticket.objects.get(pk=first.pk).status == Status.NEW


def test_undo_leads_back_from_the_next_ticket(page, list_of_three):
    first, second, _third = list_of_three
    change(page, first, "status:resolved")
    made = BulkChange.objects.get()
    response = page.post(f"{URL}{made.pk}/undo/", {"from_ticket": first.number}, headers=in_place(second))
    assert json.loads(response.headers["HX-Location"])["path"] == f"/t/escola/tickets/{first.number}/?changed={made.pk}"
    again = page.post(f"{URL}{made.pk}/undo/", {"from_ticket": first.number})
    assert again.url == f"/t/escola/tickets/{first.number}/?changed={made.pk}"
    assert f"#{first.number}: undone" in page.get(again.url).text


def test_undo_shows_what_others_changed_since(page, team, ticket):
    change(page, ticket, "priority:4")
    beatriz = MembershipFactory(team=team, user__name="Beatriz").user
    actions.change_priority(Ticket.objects.get(), Actor.person(beatriz), 1)
    made = BulkChange.objects.get()
    response = page.post(f"{URL}{made.pk}/undo/", {"from_ticket": ticket.number}, headers=in_place(ticket))
    assert "Beatriz changed the priority from Urgent to Low" in response.text
    assert Ticket.objects.get().priority == 1


def test_an_unchanged_value_is_reported_and_the_ticket_stays(page, ticket):
    response = change(page, ticket, "priority:2", headers=in_place(ticket))
    assert "Nothing needed to change." in response.text
    assert f'data-number="{ticket.number}"' in response.text


def test_a_ticket_locked_by_another_change_is_waited_for(page, team, ticket, monkeypatch):
    monkeypatch.setattr("helpdesk.bulk.steps._carry_out", lambda change, item: False)
    response = change(page, ticket, "priority:4", headers=in_place(ticket))
    made = BulkChange.objects.get()
    assert f'action="{URL}{made.pk}/run/"' in response.text
    assert change(page, ticket, "priority:3").url == f"{URL}{BulkChange.objects.latest('pk').pk}/"
    monkeypatch.undo()
    elsewhere = page.post(f"{URL}{made.pk}/run/", {"from_ticket": ticket.number}, headers=HTMX)
    assert 'id="ticket"' not in elsewhere.text
    assert "priority urgent" in elsewhere.text
