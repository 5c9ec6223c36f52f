"""What the pickers of a ticket offer, the current value marked."""

import re

import pytest

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag
from helpdesk.workspace import pickers
from tests.factories import CourseFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
OPTION = re.compile(r'<button class="option" name="change" value="([^"]*)"([^>]*)>')


def offered(page, ticket, name):
    """The values of a picker, and which is marked as the current one."""
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    picker = text.partition(f'id="picker-{name}"')[2].partition("<div popover")[0]
    options = OPTION.findall(picker)
    return [value for value, _rest in options], [value for value, rest in options if "aria-current" in rest]


def test_the_status_and_those_it_may_become(page, ticket):
    values = [f"status:{status}" for status in ("new", "open", "pending", "on_hold", "resolved", "closed")]
    assert offered(page, ticket, "status") == (values, ["status:new"])
    actions.resolve_ticket(ticket, Actor.system())
    assert offered(page, ticket, "status") == (
        ["status:resolved", "status:open", "status:closed"],
        ["status:resolved"],
    )


def test_the_most_urgent_first(page, ticket):
    assert offered(page, ticket, "priority") == ([f"priority:{value}" for value in (4, 3, 2, 1)], ["priority:2"])


def test_oneself_then_the_others_who_work_here_then_nobody(page, team, ticket, agent):
    ana = MembershipFactory(team=team, user__name="Ana").user
    MembershipFactory(team=team, role=Role.VIEWER)
    MembershipFactory()
    values = [f"assignee:{agent.pk}", f"assignee:{ana.pk}", "assignee:"]
    assert offered(page, ticket, "assignee") == (values, ["assignee:"])
    actions.assign_ticket(ticket, Actor.system(), ana)
    assert offered(page, ticket, "assignee") == (values, [f"assignee:{ana.pk}"])


def test_the_tickets_tags_then_the_most_used_then_the_others_up_to_a_number(page, team, ticket, monkeypatch):
    for number in range(2):
        other = open_ticket(team)
        actions.add_tag(other, Actor.system(), "vídeo")
        if number:
            actions.add_tag(other, Actor.system(), "acesso")
    actions.add_tag(ticket, Actor.system(), "própria")
    Tag.objects.create(team=team, name="nunca")
    Tag.objects.create(team=TeamFactory(), name="alheia")
    values = ["untag:própria", "tag:vídeo", "tag:acesso", "tag:nunca"]
    assert offered(page, ticket, "tag") == (values, ["untag:própria"])
    monkeypatch.setattr(pickers, "TAGS_OFFERED", 2)
    assert offered(page, ticket, "tag")[0] == values[:2]


def test_a_tag_keeps_its_color_on_the_ticket_and_in_the_picker(page, team, ticket):
    actions.add_tag(ticket, Actor.system(), "vídeo")
    Tag.objects.update(color="red")
    assert page.get(f"/t/escola/tickets/{ticket.number}/").text.count('class="tag-dot tag-red"') == 2


def test_times_to_snooze_until_and_the_way_back(page, ticket):
    presets = ["snooze:hours", "snooze:tomorrow", "snooze:next_week"]
    assert offered(page, ticket, "snooze") == (presets, [])
    page.post("/t/escola/changes/", {"change": "snooze:tomorrow", "ticket": f"{ticket.number}-1"})
    assert offered(page, ticket, "snooze")[0] == [*presets, "unsnooze:"]


def test_more_offers_the_learners_other_tickets_to_merge_into(page, team, ticket):
    other = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    open_ticket(team)
    assert offered(page, ticket, "more") == ([f"merge:{other.number}"], [])


@pytest.mark.parametrize("state", ["new", "mine", "snoozed", "resolved", "merged"])
def test_four_slots_always_in_one_order_and_none_where_nothing_can_be_done(page, team, ticket, agent, state):
    actor = Actor.person(agent)
    if state == "mine":
        actions.take_ticket(ticket, actor)
    elif state == "snoozed":
        page.post("/t/escola/changes/", {"change": "snooze:tomorrow", "ticket": f"{ticket.number}-1"})
    elif state == "resolved":
        actions.resolve_ticket(ticket, actor)
    elif state == "merged":
        actions.merge_ticket(ticket, actor, open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team)))
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    slots = re.findall(r'<button class="slot.*?</button>', text, re.S)
    labels = [re.sub(r"<[^>]+>", " ", slot).split()[-1] for slot in slots]
    assert (
        labels
        == {
            "new": ["Resolve", "Take", "Snooze", "More"],
            "mine": ["Resolve", "You", "Snooze", "More"],
            "snoozed": ["Resolve", "Take", "Unsnooze", "More"],
            "resolved": ["Reopen", "Take", "Snooze", "More"],
            "merged": [],
        }[state]
    )
    assert ("disabled" in "".join(slots)) is (state == "resolved")
