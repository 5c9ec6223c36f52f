"""What the pickers of a ticket offer, the current value marked."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_values import MOST_TAGS
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.ui.hours import date_and_time
from helpdesk.workspace import pickers
from tests.factories import CourseFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
OPTION = re.compile(r'<button class="option" name="change" value="([^"]*)"([^>]*)>')


def offered(page, ticket, name):
    """The values of a picker, and which is marked as the current one."""
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    picker = text.partition(f'id="picker-{name}"')[2].partition("<div popover")[0]
    options = OPTION.findall(picker)
    return [value for value, _rest in options], [value for value, rest in options if 'aria-pressed="true"' in rest]


def test_the_status_and_its_possible_successors(page, ticket):
    values = [f"status:{status}" for status in ("new", "open", "pending", "on_hold", "resolved", "closed")]
    assert offered(page, ticket, "status") == (values, ["status:new"])
    actions.resolve_ticket(ticket, Actor.system())
    assert offered(page, ticket, "status") == (
        ["status:resolved", "status:open", "status:closed"],
        ["status:resolved"],
    )


def test_priorities_most_urgent_first(page, ticket):
    assert offered(page, ticket, "priority") == ([f"priority:{value}" for value in (4, 3, 2, 1)], ["priority:2"])


def test_oneself_then_other_assignable_members_then_nobody(page, team, ticket, agent):
    ana = MembershipFactory(team=team, user__name="Ana").user
    MembershipFactory(team=team, role=Role.VIEWER)
    MembershipFactory()
    values = [f"assignee:{agent.pk}", f"assignee:{ana.pk}", "assignee:"]
    assert offered(page, ticket, "assignee") == (values, ["assignee:"])
    actions.assign_ticket(ticket, Actor.system(), ana)
    assert offered(page, ticket, "assignee") == (values, [f"assignee:{ana.pk}"])


def test_the_tickets_tags_then_the_most_used_then_others_up_to_a_limit(page, team, ticket, monkeypatch):
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
    monkeypatch.setattr(pickers, "MOST_TAGS", 2)
    assert offered(page, ticket, "tag")[0] == values[:2]


def test_a_tag_keeps_its_color_on_the_ticket_and_in_the_picker(page, team, ticket):
    actions.add_tag(ticket, Actor.system(), "vídeo")
    Tag.objects.update(color="red")
    assert page.get(f"/t/escola/tickets/{ticket.number}/").text.count('class="tag-dot tag-red"') == 2


class TestFindingTags:
    def found(self, page, ticket, typed):
        response = page.get(f"/t/escola/tickets/{ticket.number}/tags/", {"tag": typed}, headers={"hx-request": "true"})
        assert response.status_code == 200
        return [value for value, _rest in OPTION.findall(response.text)]

    def test_the_teams_tags_are_found_without_accents(self, page, team, ticket):
        Tag.objects.bulk_create(Tag(team=team, name=f"tag {number:02}") for number in range(40))
        Tag.objects.create(team=team, name="último vídeo")
        Tag.objects.create(team=TeamFactory(), name="vídeo alheio")
        assert self.found(page, ticket, "VIDEO") == ["tag:último vídeo"]
        assert self.found(page, ticket, "video ultimo") == ["tag:último vídeo"]
        assert self.found(page, ticket, "nada") == []
        assert len(self.found(page, ticket, "tag")) == MOST_TAGS

    def test_the_tickets_own_tags_can_be_removed_and_an_empty_search_restores_all(self, page, team, ticket):
        actions.add_tag(ticket, Actor.system(), "vídeo")
        Tag.objects.create(team=team, name="acesso")
        assert self.found(page, ticket, "vid") == ["untag:vídeo"]
        assert self.found(page, ticket, " ") == ["untag:vídeo", "tag:acesso"]

    @pytest.mark.parametrize("typed", ["%", "_", "a" * 3000, "<b>"])
    def test_odd_texts_find_nothing(self, page, team, ticket, typed):
        Tag.objects.create(team=team, name="acesso")
        assert self.found(page, ticket, typed) == []


@pytest.mark.parametrize(
    ("there", "typed", "is_put_on"),
    [
        (["vídeo"], "video", "vídeo"),
        (["vídeo"], "VÍDEO", "vídeo"),
        (["vídeo", "video"], "video", "video"),
        (["vídeo", "vìdeo"], "video", "video"),
        (["vídeos"], "video", "video"),
    ],
)
def test_a_tag_that_differs_only_in_accents_is_not_created(page, team, ticket, there, typed, is_put_on):
    for name in there:
        Tag.objects.create(team=team, name=name)
    page.post("/t/escola/changes/", {"change": "tag:", "tag": typed, "ticket": f"{ticket.number}-1"})
    assert [tag.name for tag in ticket.tags.all()] == [is_put_on]


def test_open_tickets_per_person_are_counted_in_one_query(page, team, agent, django_assert_num_queries):
    ana = MembershipFactory(team=team, user__name="Ana").user
    viewer = MembershipFactory(team=team, role=Role.VIEWER).user
    for number in range(3):
        actions.assign_ticket(mine := open_ticket(team), Actor.system(), agent)
        if number == 2:
            actions.resolve_ticket(mine, Actor.system())
    MembershipFactory(team=(other := TeamFactory()), user=agent)
    actions.assign_ticket(open_ticket(other), Actor.system(), agent)
    with django_assert_num_queries(1):
        assert pickers.open_counts(team) == {agent.pk: "2", ana.pk: "0"}
    text = page.get("/t/escola/open-tickets/").text
    assert f'id="open-of-{agent.pk}" hx-swap-oob="true">2 to do</span>' in text
    assert f"open-of-{viewer.pk}" not in text


def test_snooze_times_with_the_current_one_marked_and_unsnooze(page, ticket):
    presets = ["snooze:hours", "snooze:tomorrow", "snooze:next_week"]
    assert offered(page, ticket, "snooze") == (presets, [])
    page.post("/t/escola/changes/", {"change": "snooze:tomorrow", "ticket": f"{ticket.number}-1"})
    assert offered(page, ticket, "snooze") == ([*presets, "unsnooze:"], ["snooze:tomorrow"])


def test_a_custom_snooze_time_is_shown_and_can_be_changed(page, ticket):
    until = timezone.localtime() + timedelta(days=40)
    actions.snooze_ticket(ticket, Actor.system(), until)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    picker = text.partition('id="picker-snooze"')[2].partition("<div popover")[0]
    assert '<span class="option" aria-current="true">' in picker
    assert f"{until:%m/%d}</span>" in picker
    assert f'value="{until:%Y-%m-%dT%H:%M}"' in picker
    assert offered(page, ticket, "snooze")[1] == []


def test_the_chip_shows_a_short_time_with_the_full_date_as_title(page, ticket):
    page.post("/t/escola/changes/", {"change": "snooze:tomorrow", "ticket": f"{ticket.number}-1"})
    chip = (
        page.get(f"/t/escola/tickets/{ticket.number}/")
        .text.partition('class="property soon"')[2]
        .partition("</button>")[0]
    )
    assert '<span aria-hidden="true">tomorrow 9 AM</span>' in chip
    whole = date_and_time(Ticket.objects.get().snoozed_until)
    assert f'title="{whole}"' in chip
    assert f'<span class="sr-only">{whole}</span>' in chip


def test_more_offers_the_learners_other_tickets_to_merge_into(page, team, ticket):
    other = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    open_ticket(team)
    assert offered(page, ticket, "more") == ([f"merge:{other.number}"], [])


@pytest.mark.parametrize("state", ["new", "mine", "snoozed", "resolved", "merged"])
def test_four_slots_have_a_fixed_order_and_are_omitted_if_nothing_can_be_done(page, team, ticket, agent, state):
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


def marked(page, ticket):
    """The values of a row's menu that are marked as what the ticket has, of all that it offers."""
    text = page.get(f"/t/escola/tickets/{ticket.number}/menu/").text
    options = OPTION.findall(text)
    return [value for value, rest in options if 'aria-pressed="true"' in rest], [value for value, _rest in options]


def test_a_rows_menu_marks_the_same_values_as_the_pickers(page, ticket, agent):
    actions.assign_ticket(ticket, Actor.person(agent), agent)
    actions.change_priority(ticket, Actor.person(agent), 4)
    current, values = marked(page, ticket)
    assert current == ["status:open", "assignee:me", "priority:4"]
    assert {"status:resolved", "assignee:", "priority:2", "snooze:tomorrow"} <= set(values)
    assert [value for value in values if value.startswith("priority")] == offered(page, ticket, "priority")[0]


def test_nobody_is_marked_for_an_unassigned_ticket(page, ticket):
    assert marked(page, ticket)[0] == ["status:new", "assignee:", "priority:2"]


def test_a_rows_menu_marks_the_snooze_time(page, ticket):
    page.post("/t/escola/changes/", {"change": "snooze:tomorrow", "ticket": f"{ticket.number}-1"})
    assert "snooze:tomorrow" in marked(page, ticket)[0]
    until = timezone.localtime() + timedelta(days=40)
    ticket.refresh_from_db()
    actions.snooze_ticket(ticket, Actor.system(), until)
    assert not [value for value in marked(page, ticket)[0] if value.startswith("snooze")]
    shown = page.get(f"/t/escola/tickets/{ticket.number}/menu/").text.partition('<span class="option" aria-current')[2]
    assert f"{until:%m/%d}" in shown.partition("</button>")[0]


def test_the_menu_for_many_tickets_marks_nothing(page, ticket):
    menu = page.get("/t/escola/").text.partition('id="changes"')[2].partition("</form>")[0]
    assert 'value="priority:4"' in menu
    marked = re.findall(r'value="([^"]*)"[^>]*aria-pressed="true"', menu)
    assert marked == ["assignee:me"]  # of the menu for tickets that are all one's own
