"""Which earlier replies are offered for a question."""

import pytest

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.answers import answers_for
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.answers.questions import SOLUTION, answered, ask, reply_of
from tests.conversations.guesses.help_requests import lesson_of
from tests.factories import CourseFactory, MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


def offered(ticket, agent):
    return [answer.text for answer in answers_for(Ticket.objects.get(pk=ticket.pk), Actor.person(agent))]


def test_a_reply_that_resolved_a_similar_question_is_offered(video_ticket, course, lesson, agent):
    other = answered(course, lesson, agent, f"Oi, Mariana!\n\n{SOLUTION}\n\nAbraços,\nJoão Pedro")
    (answer,) = answers_for(video_ticket, Actor.person(agent))
    assert (answer.text, answer.number, answer.count) == (SOLUTION, other.number, 1)
    assert answer.pk == reply_of(other).pk


def test_replies_in_other_lessons_of_the_course_are_offered(video_ticket, course, agent):
    answered(course, lesson_of(course, "Bombons"), agent)
    assert offered(video_ticket, agent) == [SOLUTION]


def test_variables_are_filled_in_for_this_learner(video_ticket, course, lesson, agent):
    answered(course, lesson, agent, "Pronto, Mariana! O vídeo já abre de novo no celular.")
    assert offered(video_ticket, agent) == ["Pronto, Tainá! O vídeo já abre de novo no celular."]


@pytest.mark.parametrize(
    "question",
    [
        "Posso trocar a manteiga por margarina?",
        "Onde encontro a apostila para imprimir?",
        "Fiz o pagamento e ainda não apareceu",
        "x",
        "?!",
    ],
)
def test_nothing_is_offered_below_the_threshold(video_ticket, course, lesson, agent, question):
    answered(course, lesson, agent, question=question, topic="")
    assert offered(video_ticket, agent) == []


def test_a_misspelt_question_is_similar(course, lesson, agent):
    answered(course, lesson, agent, topic="")
    assert offered(ask(course, lesson, "o video nao abri no celular"), agent) == [SOLUTION]


def test_a_topic_alone_matches_within_its_lesson_only(course, lesson, agent):
    answered(course, lesson, agent, question="")
    assert offered(ask(course, lesson, "", "video"), agent) == [SOLUTION]
    assert offered(ask(course, lesson, "", "payment"), agent) == []
    assert offered(ask(course, lesson_of(course, "Bombons"), "", "video"), agent) == []


def test_identical_replies_are_offered_once_with_their_count(video_ticket, course, lesson, agent):
    for name in ("Mariana Ribeiro", "Kauã Dias", "Zélia Gomes"):
        answered(course, lesson, agent, f"Oi, {name.split()[0]}! {SOLUTION}", name=name)
    answered(course, lesson, agent, "Abra a aula em outro navegador, como o Firefox ou o Chrome.")
    answers = answers_for(video_ticket, Actor.person(agent))
    assert sorted((answer.text, answer.count) for answer in answers) == [
        ("Abra a aula em outro navegador, como o Firefox ou o Chrome.", 1),
        (SOLUTION, 3),
    ]


def test_at_most_three_are_offered_most_similar_first(video_ticket, course, lesson, agent):
    for number, words in enumerate(["carregando", "carregando sem parar", "no celular", "hoje", "ontem"]):
        answered(
            course, lesson, agent, f"Resposta de número {number} aqui.", question=f"Meu vídeo não abre, fica {words}"
        )
    assert len(offered(video_ticket, agent)) == 3
    assert offered(video_ticket, agent)[0] == "Resposta de número 0 aqui."


class TestRepliesNotSuggested:
    def test_replies_of_a_reopened_ticket(self, video_ticket, course, lesson, agent):
        actions.reopen_ticket(answered(course, lesson, agent), Actor.person(agent))
        assert offered(video_ticket, agent) == []

    def test_undone_replies(self, video_ticket, course, lesson, agent):
        other = answered(course, lesson, agent)
        cancel_reply(reply_of(other), Actor.person(agent))
        assert offered(video_ticket, agent) == []

    @pytest.mark.parametrize("state", ["failed", "bounced", "complained"])
    def test_undelivered_replies(self, video_ticket, course, lesson, agent, state):
        answered(course, lesson, agent)
        Dispatch.objects.update(state=state)
        assert offered(video_ticket, agent) == []

    def test_replies_with_files(self, video_ticket, course, lesson, agent):
        message = reply_of(answered(course, lesson, agent))
        message.attachments.create(
            team=video_ticket.team,
            ticket_id=message.ticket_id,
            name="a.pdf",
            content_type="x/y",
            size=1,
            storage_key="k",
        )
        assert offered(video_ticket, agent) == []

    def test_replies_with_a_bad_rating(self, video_ticket, course, lesson, agent):
        other = answered(course, lesson, agent)
        rate_ticket(other, Actor.learner(other.learner), 1)
        assert offered(video_ticket, agent) == []
        rate_ticket(other, Actor.learner(other.learner), 2)
        assert offered(video_ticket, agent) == [SOLUTION]

    @pytest.mark.parametrize("kind", ["note", "automatic", "learner"])
    def test_messages_that_are_no_replies(self, video_ticket, course, lesson, agent, kind):
        other = answered(course, lesson, agent)
        Message.objects.filter(pk=reply_of(other).pk).update(kind=kind)
        assert offered(video_ticket, agent) == []

    def test_replies_by_a_program(self, video_ticket, course, lesson):
        other = ask(course, lesson, "O vídeo não abre, fica carregando", "video")
        reply(other, Actor.system(), SOLUTION)
        actions.resolve_ticket(other, Actor.system())
        assert not answers_for(video_ticket, Actor.system())

    def test_replies_written_after_the_resolution(self, video_ticket, course, lesson, agent):
        other = ask(course, lesson, "O vídeo não abre, fica carregando", "video")
        actions.resolve_ticket(other, Actor.person(agent))
        reply(other, Actor.person(agent), SOLUTION)
        assert offered(video_ticket, agent) == []

    def test_replies_of_another_team(self, video_ticket, course, lesson):
        stranger = TeamFactory()
        person = MembershipFactory(team=stranger).user
        theirs = CourseFactory(team=stranger)
        other = answered(theirs, lesson_of(theirs, "Bombons"), person)
        # Not even if a row of theirs bore our lesson and course.
        Ticket.objects.filter(pk=other.pk).update(course=course, lesson=lesson)
        assert offered(video_ticket, person) == []

    def test_replies_in_another_course(self, video_ticket, team, agent):
        other = CourseFactory(team=team)
        answered(other, lesson_of(other, "Bombons"), agent)
        assert offered(video_ticket, agent) == []

    def test_replies_of_the_ticket_itself_or_of_a_merged_one(self, video_ticket, course, lesson, agent):
        other = answered(course, lesson, agent)
        assert offered(other, agent) == []
        Ticket.objects.filter(pk=other.pk).update(merged_into=ask(course, lesson, ""))
        assert offered(video_ticket, agent) == []

    def test_anything_without_a_known_question_or_a_course(self, course, lesson, agent, django_assert_num_queries):
        answered(course, lesson, agent)
        unknown, elsewhere = ask(course, lesson, ""), ask(course, lesson, "O vídeo não abre")
        elsewhere.course_id = None
        with django_assert_num_queries(0):
            assert answers_for(unknown, Actor.person(agent)) == answers_for(elsewhere, Actor.person(agent)) == []


@pytest.mark.parametrize(
    "question", ["%s {first_name} %(x)s", "'; DROP TABLE x; --", "!&|:*<->()", "\\", "🎂" * 500, "vídeo " * 3_000]
)
def test_odd_questions_are_compared_as_text(course, lesson, agent, question):
    answered(course, lesson, agent, question=question, topic="")
    assert len(offered(ask(course, lesson, question), agent)) <= 1


def test_finding_answers_is_one_query(video_ticket, course, lesson, agent, django_assert_num_queries):
    for number in range(6):
        answered(course, lesson, agent, f"Resposta de número {number} aqui.")
    video_ticket.refresh_from_db()
    with django_assert_num_queries(1):
        assert len(answers_for(video_ticket, Actor.person(agent))) == 3
