"""The people mentioned in a note by “@”, and how mentions are stored."""

import pytest

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.mentions import mentionable, mentions_in
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(team, agent, viewer):
    """By the first letters of their names."""
    named = {"ana": "Ana Prado", "anac": "Ana Clara Souza", "zoe": "Zoë Müller", "bruno": "Bruno"} | {
        "lukasz": "Łukasz Jørgensen",
        "lena": "Weiß",
        "davila": "D'Ávila",
    }
    return {key: MembershipFactory(team=team, user__name=name).user for key, name in named.items()} | {
        "joao": agent,
        "vera": viewer,
    }


def named(text, team):
    return [(mention["id"], mention["words"]) for mention in mentions_in(text, team)]


@pytest.mark.parametrize(
    ("text", "who", "words"),
    [
        ("@Bruno, viu?", "bruno", "Bruno"),
        ("(fala com @bruno)", "bruno", "bruno"),
        ("@Ana Prado: veja", "ana", "Ana Prado"),
        ("@ana prado.", "ana", "ana prado"),
        ("@Ana Clara veja", "anac", "Ana Clara"),
        ("@zoe", "zoe", "zoe"),
        ("@Zoë Muller!", "zoe", "Zoë Muller"),
        ("@João veja", "joao", "João"),
        ("@vera", "vera", "vera"),
        ("*@Bruno*", "bruno", "Bruno"),
        ("linha\n@Bruno\noutra", "bruno", "Bruno"),
        ("@Ana  Prado veja", "ana", "Ana  Prado"),
        ("@Ana\u00a0Prado veja", "ana", "Ana\u00a0Prado"),
        ("@lukasz veja", "lukasz", "lukasz"),
        ("é com o @Łukasz Jørgensen", "lukasz", "Łukasz Jørgensen"),
        ("é com o @lukasz jorgensen", "lukasz", "lukasz jorgensen"),
        ("é com o @Weiss!", "lena", "Weiss"),
        ("é com o @Weiß!", "lena", "Weiß"),
        ("é com a @d’avila", "davila", "d’avila"),
        ("é com a @D´Ávila.", "davila", "D´Ávila"),
    ],
)
def test_a_name_that_matches_one_person_mentions_them(team, people, text, who, words):
    assert named(text, team) == [(people[who].pk, words)]


@pytest.mark.parametrize(
    "text",
    [
        "@Ana veja",  # two are called so
        "@Ana\nPrado",
        "@Carla",
        "@Brunoca",
        "@Bruno-Marcos",
        "@bruno@escola.com",
        "fala@Bruno",
        "bia@bruno",
        "@@Bruno",
        r"\@Bruno",
        "`@Bruno`",
        "```\n@Bruno\n```",
        "@ Bruno",
        "@",
        "@Otto Braga",
        "",
    ],
)
def test_unmatched_and_ambiguous_names_mention_nobody(team, people, outsider, text):
    assert named(text, team) == []


def test_an_address_mentions_its_owner(team, people):
    assert named(f"veja @{people['ana'].email}", team) == [(people["ana"].pk, people["ana"].email)]


def test_a_namesake_is_mentioned_by_name_and_address(team, people):
    other = MembershipFactory(team=team, user__name="Bruno", user__email="outro@example.com").user
    labels = dict(mentionable(team))
    assert labels[other] == "Bruno (outro@example.com)"
    assert named("@Bruno veja", team) == []
    assert named(f"Veja, @{labels[other]}, por favor", team) == [(other.pk, labels[other])]


def test_a_full_name_is_not_mistaken_for_the_beginning_of_another(team, people):
    other = MembershipFactory(team=team, user__name="Bruno Reis").user
    assert named("@Bruno e @Bruno Reis", team) == [(people["bruno"].pk, "Bruno"), (other.pk, "Bruno Reis")]


def test_each_person_is_mentioned_once(team, people):
    assert named("@Bruno @bruno @Bruno", team) == [(people["bruno"].pk, "Bruno")]
    assert mentions_in("@Bruno", team, [people["bruno"], people["ana"]]) == [
        {"id": people["bruno"].pk, "words": "Bruno"},
        {"id": people["ana"].pk, "words": ""},
    ]


def test_odd_names_can_be_mentioned(team):
    odd = [MembershipFactory(team=team, user__name=name).user for name in ("C++ (a.b)*", "李明", "İpek", "D'Ávila")]
    assert [pk for pk, _words in named("@C++ (a.b)* @李明 @İpek @d'avila", team)] == [person.pk for person in odd]


def test_inactive_people_and_those_of_other_teams_cannot_be_mentioned(team, people, outsider):
    people["bruno"].is_active = False
    people["bruno"].save()
    assert named(f"@Bruno @{outsider.email}", team) == []
    assert people["bruno"] not in [person for person, _label in mentionable(team)]


def test_a_text_with_many_at_signs_is_read_quickly(team, people):
    assert named("@Bru " * 4_000 + "@Bruno", team) == [(people["bruno"].pk, "Bruno")]


def test_a_note_without_an_at_sign_takes_no_queries(ticket, agent, django_assert_num_queries):
    ticket.team  # noqa: B018 - it is read here, and not below
    with django_assert_num_queries(0):
        assert mentions_in("Nada demais.", ticket.team) == []


class TestNotes:
    def write(self, ticket, agent, body):
        return actions.add_note(ticket, Actor.person(agent), body)

    def shown(self, ticket):
        (entry,) = [entry for entry in timeline_of(Ticket.objects.get(pk=ticket.pk), []) if entry.message]
        return [(mention.words, mention.label) for mention in entry.mentions]

    def test_a_person_is_shown_with_the_current_name(self, team, people, agent):
        ticket = open_ticket(team)
        self.write(ticket, agent, "@Bruno, viu?")
        people["bruno"].name = "Bruno Reis"
        people["bruno"].save()
        assert self.shown(ticket) == [("Bruno", "Bruno Reis")]

    def test_a_former_member_is_still_shown(self, team, people, agent):
        ticket = open_ticket(team)
        self.write(ticket, agent, "@Bruno, viu?")
        people["bruno"].memberships.all().delete()
        assert self.shown(ticket) == [("Bruno", "Bruno")]
        people["bruno"].delete()
        assert self.shown(ticket) == [("Bruno", "Bruno")]

    def test_members_of_any_role_can_be_mentioned(self, team, agent):
        owner = MembershipFactory(team=team, user__name="Olga", role=Role.OWNER).user
        ticket = open_ticket(team)
        assert self.write(ticket, agent, "@Olga").mentions == [{"id": owner.pk, "words": "Olga"}]
