"""Tags and notes: what they keep, and their bounds."""

from typing import Any

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.changes import ASSIGNEE, MERGE, TAG
from helpdesk.tickets.models import Tag
from tests.factories import open_ticket
from tests.tickets.reading import kinds, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_tags_are_lowercased_and_added_once(team, actor):
    ticket = open_ticket(team)
    actions.add_tag(ticket, actor, "  Vídeo  trava ")
    actions.add_tag(ticket, actor, "vídeo trava")
    assert [tag.name for tag in ticket.tags.all()] == ["vídeo trava"]
    actions.remove_tag(ticket, actor, "vídeo trava")
    assert kinds(ticket) == ["created", "tagged", "untagged"]


def test_a_tag_is_removed_by_its_name_without_accents_unless_another_has_it(team, actor):
    ticket = open_ticket(team)
    actions.add_tag(ticket, actor, "ação")
    actions.remove_tag(ticket, actor, "Acao")
    assert not ticket.tags.exists()
    actions.add_tag(ticket, actor, "ação")
    actions.add_tag(open_ticket(team), actor, "acao")
    actions.remove_tag(ticket, actor, "acao")
    assert [tag.name for tag in ticket.tags.all()] == ["ação"]


def test_removing_a_tag_of_a_merged_ticket_names_that_ticket(team, actor):
    ticket = open_ticket(team)
    merged = open_ticket(team, learner=ticket.learner)
    actions.add_tag(merged, actor, "vídeo")
    actions.merge_ticket(merged, actor, ticket)
    with refused(f"The tag is on #{merged.number}, which is merged into this one; split that off first."):
        actions.remove_tag(ticket, actor, "vídeo")


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_tag_needs_1_to_40_characters(team, actor, name):
    with refused("1 to 40 characters"):
        actions.add_tag(open_ticket(team), actor, name)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write something"),
        (" \n ", "Write something"),
        ("\u200b\u200b", "Write something"),
        ("\u2800\n\u3164", "Write something"),
        ("x" * 20_001, "at most 20,000"),
    ],
)
def test_an_invalid_note_is_refused(team, actor, body, words):
    with refused(words):
        actions.add_note(open_ticket(team), actor, body)


def test_the_longest_tag_and_note_are_accepted(team, actor):
    ticket = open_ticket(team)
    actions.add_tag(ticket, actor, "x" * 40)
    actions.add_note(ticket, actor, "x" * 20_000)
    assert (len(ticket.tags.get().name), len(ticket.messages.get().body)) == (40, 20_000)


def test_a_note_keeps_its_author(team, agent, actor):
    ticket = open_ticket(team)
    actions.add_note(ticket, actor, "O vídeo trava.\r\nJá avisei.")
    note = ticket.messages.get()
    assert (note.author, note.body) == (agent, "O vídeo trava.\nJá avisei.")


def problem_of(change, team, **typed):
    """What its form says of what is typed."""
    return change.form(typed, team=team).problem


@pytest.mark.parametrize("name", [",", "#", "— !", "🔥"])
def test_a_new_tag_needs_a_letter_or_digit_but_existing_ones_are_kept(team, actor, name):
    ticket = open_ticket(team)
    with refused("A tag must have a letter or a digit."):
        actions.add_tag(ticket, actor, name)
    assert problem_of(TAG, team, tag=name) == "A tag must have a letter or a digit."
    tag = Tag.objects.create(team=team, name=name)
    actions.add_tag(ticket, actor, name)
    actions.change_tag(tag, name, "red")
    assert [(each.name, each.color) for each in ticket.tags.all()] == [(name, "red")]
    with refused("A tag must have a letter or a digit."):
        actions.change_tag(tag, "?", "red")


def test_a_tag_too_long_after_lowercasing_is_refused_at_its_field(team):
    assert problem_of(TAG, team, tag="İ" * 30) == "A tag must have 1 to 40 characters."


def test_a_missing_or_unknown_value_is_explained(team):
    assert problem_of(TAG, team, tag="  ") == "Write the tag."
    assert problem_of(MERGE, team, into="") == "Give the number of the ticket to merge into."
    assert problem_of(MERGE, team, into="99999") == "There is no ticket #99999 to merge into."
    assert problem_of(ASSIGNEE, team, assignee="0") == "The team has no such member."


def test_changing_a_deleted_tag_is_refused(team):
    found = Tag.objects.create(team=team, name="vídeo")
    Tag.objects.filter(pk=found.pk).delete()
    with refused("This tag no longer exists."):
        actions.change_tag(found, "aula", "")


def test_the_most_used_tags_come_first_and_counting_is_limited(team, actor, monkeypatch):
    Tag.objects.create(team=team, name="zz")
    for names in (["vídeo", "audio"], ["vídeo", "video"], ["video"]):
        ticket = open_ticket(team)
        for name in names:
            actions.add_tag(ticket, actor, name)
    used: Any = Tag.objects.for_team(team).most_used()
    assert [(each.name, each.uses) for each in used] == [("video", 2), ("vídeo", 2), ("audio", 1), ("zz", 0)]
    monkeypatch.setattr("helpdesk.tickets.querysets.MANY", 1)
    used = Tag.objects.for_team(team).most_used()
    assert [each.uses for each in used] == [1, 1, 1, 0]
