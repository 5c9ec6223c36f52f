"""What the command palette finds, and what it makes of bad input."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, Topic
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
ADDRESS = "/t/escola/palette/"
QUERIES = 22
HTMX = {"hx-request": "true", "hx-target": "palette-found"}


def found(page, text):
    """The names in each group, by its key."""
    response = page.get(ADDRESS, {"q": text}, headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    return {group.key: [place.name for place in group.places] for group in response.context["groups"]}


def test_it_finds_tickets_learners_and_courses_without_accents(page, team):
    course = CourseFactory(team=team, title="Pães de fermentação")
    learner = LearnerFactory(team=team, name="Conceição Santos", email="conceicao@aluno.example")
    ticket = open_ticket(team, learner=learner, course=course)
    assert found(page, "conceicao") == {"tickets": ["Conceição Santos"], "learners": ["Conceição Santos"]}
    assert found(page, f"#{ticket.number}") == {"tickets": ["Conceição Santos"]}
    assert found(page, "paes")["courses"] == ["Pães de fermentação"]
    CourseFactory(team=team, title="Pães de teste", producer__email="produtor@helpdesk.invalid")
    assert found(page, "paes")["courses"] == ["Pães de fermentação"], "that of test calls"
    text = page.get(ADDRESS, {"q": "conceicao"}, headers=HTMX).text
    assert f'href="/t/escola/tickets/{ticket.number}/"' in text
    assert f'href="/t/escola/learners/{learner.pk}/"' in text
    assert 'href="/t/escola/?q=conceicao"' in text


def test_a_plain_number_finds_its_ticket_first(page, team):
    tickets = [
        open_ticket(team, learner=LearnerFactory(team=team, email=f"aluno6{place}@a.example")) for place in range(9)
    ]
    text = page.get(ADDRESS, {"q": "6"}, headers=HTMX).text
    numbers = re.findall(r'href="/t/escola/tickets/(\d+)/"', text)
    assert (numbers[0], len(numbers), len(set(numbers))) == (str(tickets[5].number), 6, 6)
    again = open_ticket(team, learner=tickets[0].learner)
    actions.merge_ticket(again, Actor.system(), tickets[0])
    text = page.get(ADDRESS, {"q": str(again.number)}, headers=HTMX).text
    assert re.findall(r'href="/t/escola/tickets/(\d+)/"', text)[0] == str(tickets[0].number)


def test_learners_without_tickets_are_found_and_names_beginning_so_come_first(page, team):
    LearnerFactory(team=team, name="Rosana Anabela")
    LearnerFactory(team=team, name="Anabela Rosa")
    assert found(page, "anabela") == {"learners": ["Anabela Rosa", "Rosana Anabela"]}


def test_a_short_text_finds_learners_who_asked_recently(page, team):
    LearnerFactory(team=team, name="Zé Nunca")
    open_ticket(team, learner=LearnerFactory(team=team, name="Zé Agora"))
    assert found(page, "zé")["learners"] == ["Zé Agora"]


def test_each_group_is_limited(page, team, monkeypatch):
    for number in range(9):
        learner = LearnerFactory(team=team, name=f"Mariana {number}")
        open_ticket(team, learner=learner, course=CourseFactory(team=team, title=f"Mariana ensina {number}"))
    groups = found(page, "mariana")
    assert {key: len(names) for key, names in groups.items()} == {"tickets": 6, "learners": 5, "courses": 4}


def test_a_finished_ticket_shows_its_status_and_an_open_one_its_wait(page, team):
    learner = LearnerFactory(team=team, name="Mariana")
    ticket = open_ticket(team, learner=learner, requested_at=timezone.now() - timedelta(hours=3))
    assert ">3 h</time>" in page.get(ADDRESS, {"q": "mariana"}, headers=HTMX).text
    actions.resolve_ticket(ticket, Actor.system())
    assert "Resolved" in page.get(ADDRESS, {"q": "mariana"}, headers=HTMX).text


def test_another_teams_records_are_not_found(page, team):
    other = TeamFactory()
    course = CourseFactory(team=other, title="Mariana ensina")
    ticket = open_ticket(other, learner=LearnerFactory(team=other, name="Mariana"), course=course)
    assert found(page, "mariana") == {}
    assert found(page, str(ticket.number)) == {}


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "#", "\u200b", "'; --", "<bdo>", "a" * 100, "é" * 40, "#999999999"]
)
def test_odd_texts_find_nothing_and_break_nothing(page, team, text):
    open_ticket(team)
    assert found(page, text) == {}
    assert "<bdo>" not in page.get(ADDRESS, {"q": text}, headers=HTMX).text


@pytest.mark.parametrize("text", ["a" * 101, "nul\0"])
def test_an_invalid_search_is_reported(page, team, text):
    response = page.get(ADDRESS, {"q": text}, headers=HTMX)
    assert response.status_code == 422
    assert 'role="alert"' in response.text


def test_without_htmx_it_redirects_to_the_inbox(page, team):
    assert page.get(ADDRESS, {"q": "a b"}).url == "/t/escola/?q=a+b"
    assert page.get(ADDRESS).url == "/t/escola/"


def test_its_queries_do_not_grow_with_the_results(page, team, django_assert_num_queries):
    def fill(count):
        for _ in range(count):
            open_ticket(team, learner=LearnerFactory(team=team, name="Mariana"))

    fill(2)
    with django_assert_num_queries(QUERIES):
        page.get(ADDRESS, {"q": "mariana"}, headers=HTMX)
    fill(9)
    with django_assert_num_queries(QUERIES):
        page.get(ADDRESS, {"q": "mariana"}, headers=HTMX)


class TestChangesOfATicket:
    def offered(self, page, ticket, text, **query):
        query |= {"q": text, "ticket": f"{ticket.number}-{ticket.version}"}
        response = page.get(ADDRESS, query, headers=HTMX)
        assert response.status_code == 200
        return [named.change for named in response.context["named_changes"] + response.context["changes"]]

    def test_is_found_by_its_name(self, page, team):
        ticket = open_ticket(team)
        other = open_ticket(team, learner=ticket.learner)
        actions.add_tag(ticket, Actor.system(), "áudio")
        Tag.objects.create(team=team, name="vídeo <b>")
        ticket.refresh_from_db()
        assert self.offered(page, ticket, "urgent") == ["priority:4"]
        assert self.offered(page, ticket, "merge") == [f"merge:{other.number}"]
        assert self.offered(page, ticket, "audio tag") == ["untag:áudio"]
        assert "tag:vídeo <b>" in self.offered(page, ticket, "video")
        assert "assignee:me" in self.offered(page, ticket, "assignee")
        assert self.offered(page, ticket, "no such change") == []

    def test_includes_a_merge_only_by_the_whole_number(self, page, team):
        ticket = open_ticket(team)
        others = [open_ticket(team, learner=ticket.learner) for _ in range(11)]
        last = others[-1]
        assert last.number == 12
        merge = f"merge:{last.number}"
        assert merge in self.offered(page, ticket, "#12")
        assert merge in self.offered(page, ticket, "merge 12")
        for text in ("#1", "merge 1", "merge #1", "#2", "merge 2"):
            assert merge not in self.offered(page, ticket, text)

    def test_comes_after_the_results_unless_searched_by_name(self, page, team):
        ticket = open_ticket(team, question="Urgent: the video stops")
        Tag.objects.create(team=team, name="video")
        query = {"ticket": f"{ticket.number}-1"}
        for text, changes in (
            ("video", ["tag:video", "topic:video"]),
            ("tag vid", ["tag:video"]),
            ("urg", ["priority:4"]),
        ):
            shown = page.get(ADDRESS, query | {"q": text}, headers=HTMX).text
            places = [shown.index(f'value="{change}"') for change in changes if f'value="{change}"' in shown]
            assert places
            found = shown.find('id="palette-tickets-1"')
            if text == "tag vid":
                assert found < 0
            else:
                assert 0 < found < min(places)

    def test_is_submitted_like_on_the_page(self, page, team):
        ticket = open_ticket(team)
        query = {"q": "urgent", "ticket": f"{ticket.number}-1", "from_ticket": ticket.number, "query": "status=new"}
        text = page.get(ADDRESS, query, headers=HTMX).text
        for name, value in (("ticket", f"{ticket.number}-1"), ("from_ticket", ticket.number), ("query", "status=new")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in text
        assert 'name="change" value="priority:4"' in text

    def test_includes_rarely_used_tags(self, page, team):
        ticket = open_ticket(team)
        Tag.objects.bulk_create(Tag(team=team, name=f"a {number:02}") for number in range(40))
        Tag.objects.create(team=team, name="último vídeo")
        assert self.offered(page, ticket, "tag video") == ["tag:último vídeo"]

    @pytest.mark.parametrize("choice", ["x", "1", "999999999-1", "0-0", "1-1-1"])
    def test_is_empty_for_an_invalid_ticket(self, page, team, choice):
        open_ticket(team)
        response = page.get(ADDRESS, {"q": "urgent", "ticket": choice}, headers=HTMX)
        assert "priority:4" not in response.text

    def test_is_empty_for_other_teams_and_viewers(self, client, page, team):
        ticket, other_team = open_ticket(team), TeamFactory()
        theirs = [open_ticket(other_team) for _ in range(2)][-1]
        assert theirs.number > ticket.number
        assert self.offered(page, theirs, "urgent") == []
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert self.offered(client, ticket, "urgent") == []

    def test_takes_the_same_number_of_queries_however_many_there_are(self, page, team, django_assert_max_num_queries):
        ticket = open_ticket(team)

        def add(count):
            for number in range(count):
                open_ticket(team, learner=ticket.learner)
                Tag.objects.create(team=team, name=f"urgent {count} {number}")
                MembershipFactory(team=team)

        add(1)
        self.offered(page, ticket, "urgent")  # what is remembered from then on is asked once
        with CaptureQueriesContext(connection) as few:
            self.offered(page, ticket, "urgent")
        add(5)
        with django_assert_max_num_queries(len(few)):
            assert len(self.offered(page, ticket, "urgent")) > 5


class TestMatches:
    def shown(self, page, text):
        """The text shown beside the number of each ticket found, with the matches as its only markup."""
        answer = page.get(ADDRESS, {"q": text}, headers=HTMX).text.partition('id="palette-tickets"')[2]
        options = re.findall(
            r'<span class="palette-words">(.*?)</span>\s*<span class="hint">', answer.partition("</div>")[0], re.S
        )
        return [" ".join(re.sub(r"<(?!/?mark)[^>]+>", "", option).split()) for option in options]

    def test_is_marked_in_the_name_and_the_course(self, page, team):
        course = CourseFactory(team=team, title="Pães de fermentação")
        ticket = open_ticket(team, learner=LearnerFactory(team=team, name="Conceição Santos"), course=course)
        assert self.shown(page, "conceicao") == [
            f"<mark>Conceição</mark> Santos #{ticket.number} · Pães de fermentação"
        ]
        assert self.shown(page, "paes") == [f"Conceição Santos #{ticket.number} · <mark>Pães</mark> de fermentação"]

    def test_replaces_the_course_if_it_is_elsewhere(self, page, team):
        course = CourseFactory(team=team, title="Pães")
        ticket = open_ticket(
            team, learner=LearnerFactory(team=team, name="Ana"), course=course, question="O vídeo trava"
        )
        assert self.shown(page, "video") == [f"Ana #{ticket.number} · “O <mark>vídeo</mark> trava”"]
        actions.add_note(ticket, Actor.system(), "Perdeu o <boleto>")
        assert self.shown(page, "boleto") == [f"Ana #{ticket.number} · Note: Perdeu o &lt;<mark>boleto</mark>&gt;"]

    def test_may_be_the_topic(self, page, team, in_english):
        ticket = open_ticket(team, learner=LearnerFactory(team=team, name="Ana"))
        actions.choose_topic(ticket, Actor.system(), Topic.DOWNLOAD)
        label = str(Topic.DOWNLOAD.label)
        word = label.split()[-1]
        (line,) = self.shown(page, word)
        assert f"<mark>{word}</mark>" in line

    def test_takes_one_query_however_many_are_found(self, page, team, django_assert_num_queries):
        for count in (1, 4):
            for _ in range(count):
                open_ticket(team, question="Perdi o boleto")
            with django_assert_num_queries(QUERIES + 1):
                assert self.shown(page, "boleto")
