"""The first reply as an e-mail: short, one question, choices that lead to the learner's page."""

import re
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.conversations.first_reply.texts import check_body, count_words, default_body, prepare, promise
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import FirstReply, LearnerLink
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.teams.business_hours import usual_hours
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Ticket, Topic
from tests.conversations.first_reply.deciding import decide
from tests.conversations.first_reply.outcomes import fresh
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http\S+/ajuda/[\w-]+/\S*")


def email_on(ticket):
    return email_of(Message.objects.get(ticket=ticket, kind="automatic").dispatches.get())


def html_of(email):
    return email.alternatives[0].content


@pytest.fixture
def email(published_request, mailbox):
    decide()
    return email_on(published_request)


def test_choices_follow_the_lessons_each_with_its_link(email):
    lines = [line for line in email.body.splitlines() if line]
    links_found = [line for line in lines if LINK.fullmatch(line)]
    assert [address.rpartition("?")[2] for address in links_found] == [f"topic={topic}" for topic in Topic.values]
    assert len({address.partition("?")[0] for address in links_found}) == 1
    assert [lines[lines.index(address) - 1] for address in links_found] == [str(topic.label) for topic in Topic]
    assert "The last lessons you saw: Ovos recheados · Embalagem · Temperagem" in lines[:4]
    assert [address.replace("&", "&amp;") in html_of(email) for address in links_found] == [True] * 6


def test_the_email_is_short_asks_one_question_and_says_it_is_automatic(email):
    words = LINK.sub("", email.body).split()
    assert 50 <= len(words) <= 125
    assert LINK.sub("", email.body).count("?") == 1
    assert "This message is automatic. A person from Escola da Ana will answer by" in email.body
    assert "<img" not in html_of(email)
    for text in ("Confeitaria do zero", "Ovos recheados", "This message is automatic.", "Escola da Ana"):
        assert text in email.body
        assert text in html_of(email)


def test_the_promised_time_is_in_the_teams_time_zone(published_request, team):
    team.time_zone = "America/Manaus"
    team.save()
    due = datetime(2031, 11, 24, 1, 20, tzinfo=ZoneInfo("UTC"))
    Ticket.objects.filter(pk=published_request.pk).update(response_due_at=due)
    decide()
    assert "answer by Sunday, November 23, 9:20 PM" in email_on(published_request).body


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "answer by Monday, November 24, 5:50 PM"),
        ("pt-br", "responde até segunda-feira, 24 de novembro, às 17h50."),
    ],
)
def test_a_request_late_on_friday_is_promised_for_the_next_working_day(team, language, words):
    team.business_hours = usual_hours()
    friday = datetime(2031, 11, 21, 17, 50, tzinfo=team.zone)
    prepared = prepare(None, open_ticket(team, requested_at=friday), friday)
    with timezone.override(team.zone), translation.override(language):
        assert words in promise(prepared.answer_by, "Escola")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Saturday, November 22, 11:59 PM"), ("pt-br", "sábado, 22 de novembro, às 23h59")]
)
def test_midnight_is_shown_as_2359_of_the_day_before(team, language, words):
    midnight = datetime(2031, 11, 23, tzinfo=team.zone)
    with timezone.override(team.zone), translation.override(language):
        assert words in promise(midnight, "Escola")


def test_an_overdue_first_reply_promises_no_time(published_request):
    Ticket.objects.filter(pk=published_request.pk).update(response_due_at=timezone.now() - timedelta(minutes=1))
    decide()
    assert "A person from Escola da Ana will answer as soon as possible." in email_on(published_request).body


def sender_on(email):
    return str(make_header(decode_header(parseaddr(email.extra_headers["From"])[0])))


def test_the_sender_is_the_person_who_set_it_up(published_request, agent):
    FirstReply.objects.update(updated_by=agent)
    decide()
    first_name = agent.name.split()[0]
    assert sender_on(email_on(published_request)) == f"{first_name}, from Escola da Ana"
    FirstReply.objects.update(updated_by=None)
    assert sender_on(email_on(published_request)) == f"{first_name}, from Escola da Ana"  # as at the first attempt


def test_a_former_member_is_not_named_as_sender(published_request, agent):
    agent.memberships.all().delete()
    FirstReply.objects.update(updated_by=agent)
    decide()
    assert sender_on(email_on(published_request)) == "Escola da Ana"


def test_a_later_attempt_has_the_same_text(email, published_request):
    FirstReply.objects.get().delete()
    Ticket.objects.filter(pk=published_request.pk).update(response_due_at=timezone.now() - timedelta(days=1))
    again = email_on(published_request)
    assert LINK.sub("", again.body) == LINK.sub("", email.body)
    assert again.extra_headers == email.extra_headers


def test_headers_mark_the_email_as_automatic(email):
    headers = {name: email.extra_headers[name] for name in ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress")}
    assert headers == {
        "Auto-Submitted": "auto-generated",
        "Precedence": "auto_reply",
        "X-Auto-Response-Suppress": "All",
    }
    assert parseaddr(email.extra_headers["From"])[0] == "Escola da Ana"
    assert email.extra_headers["Reply-To"].startswith("ajuda+r")


def test_when_a_person_asks_again_they_are_the_sender(published_request, actor, team):
    message = ask_learner(published_request, actor)
    email = email_of(message.dispatches.get())
    assert sender_on(email) == f"{actor.user.name.split()[0]}, from {team.name}"


@pytest.mark.parametrize("has_mailbox", [True, False])
def test_answering_by_email_is_offered_only_with_a_reply_address(published_request, request, has_mailbox, settings):
    settings.REPLY_DOMAIN = ""
    if has_mailbox:
        request.getfixturevalue("mailbox")
    decide()
    email = email_on(published_request)
    assert ("or reply in your own words" in email.body) is has_mailbox
    assert ("Reply-To" in email.extra_headers) is has_mailbox


def test_opening_a_link_preselects_the_choice_and_stores_nothing(email, client, published_request):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = next(link for link in LINK.findall(email.body) if link.endswith("topic=download"))
    page = client.get("/ajuda/" + address.partition("/ajuda/")[2]).text
    assert re.search(r'value="download"\s+checked', page)
    assert page.count(" checked") == 1
    assert "What can we help you with?" in page
    assert not fresh(published_request).is_question_known
    token = address.partition("/ajuda/")[2].partition("/")[0]
    client.post(f"/ajuda/{token}/", {"do": "write", "topic": "download", "key": "1"})
    after = fresh(published_request)
    assert (after.topic, after.question_origin) == ("download", "first_reply")


def test_all_attempts_contain_the_same_link(email, published_request):
    token = LINK.findall(email.body)[0].partition("/ajuda/")[2].partition("/")[0]
    found = learner_links.find(token)
    assert found
    assert found.ticket == published_request
    assert LearnerLink.objects.get().token_hash != token
    again = email_on(published_request)
    assert (again.body, LearnerLink.objects.count()) == (email.body, 1)


def test_after_its_link_was_revoked_the_next_attempt_has_a_new_one(email, published_request):
    learner_links.revoke_links(published_request)
    address = LINK.findall(email_on(published_request).body)[0]
    found = learner_links.find(address.partition("/ajuda/")[2].partition("/")[0])
    assert found
    assert found.is_valid


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write something first"),
        ("Oi {nome}, tudo bem?", "There is no variable {nome}"),
        ("Oi, sou {agent}. Que houve?", "{agent} cannot be filled in here"),
        ("Oi! Veja {lesson_link}. Que houve?", "{lesson_link} cannot be filled in here"),
        ("Oi!" + " Conte para nós." * 10, "End with the question"),
        ("Oi! Tudo bem? O que houve?" + " Conte." * 20, "Ask exactly one question"),
        ("O que houve? " + "palavra " * 120, "words; e-mails of 50 to 125"),
        ("x" * 2001, "at most 2,000 characters"),
    ],
)
def test_an_unsuitable_text_is_refused(db, in_english, text, problem):
    with pytest.raises(ActionRefused, match=re.escape(problem)):
        check_body(text, "Escola da Ana")


def test_question_marks_in_addresses_are_not_counted(in_english):
    text = default_body() + " https://escola.example/ajuda?a=1"
    assert check_body(text, "Escola da Ana") == text


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_the_default_text_is_valid(settings, language):
    settings.LANGUAGE_CODE = language
    assert check_body(default_body(), "Escola da Ana") == default_body()
    assert 50 <= count_words(default_body(), "Escola da Ana") <= 125
