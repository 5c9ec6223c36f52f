"""Reports: figures made by hand from a few known tickets, and the tickets behind every number."""

import re
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from helpdesk.api.actions import create_token
from helpdesk.reports.forms import PeriodForm
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.periods import Period
from tests.api.client import Api
from tests.factories import (
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    ProducerFactory,
    TeamFactory,
    open_ticket,
)
from tests.reports.reading import DAY, NOON, key_figures, rows

pytestmark = pytest.mark.django_db


def test_a_day_out_of_range_is_reported_with_its_field_and_date_format(page, team):
    response = page.get("/t/escola/reports/?first=0001-01-01&last=9999-12-31")
    assert response.status_code == 422
    for label in ("From", "To"):
        assert f"“{label}” has to be a day from 01/01/2000 to 12/31/2199." in response.text
    with override("pt-br"):
        problem = PeriodForm(QueryDict("last=9999-12-31"), team).errors["last"]
        assert problem == ["“Até” precisa ser um dia de 01/01/2000 a 31/12/2199."]


def test_the_figures_match_the_tickets(page, counted_ticket):
    figures = key_figures(page.get(f"/t/escola/reports/?{DAY}"))
    shown = {title: figure["cell"].text for title, figure in figures.items()}
    assert shown == {
        "Requests": "3",
        "Tickets": "2",
        "Asked again": "1",
        "Resolved": "1",
        "First response": "3 h",
        "Resolution": "4 h",
    }
    assert figures["Requests"]["before"] == "1"
    assert figures["Requests"]["change"] == 200


def check_numbers(page, address, least):
    """Each number on this page that leads to tickets leads to as many."""
    text = page.get(address).text
    text = re.sub(r"\s*<progress[^>]*></progress>\s*<span>(\d+)</span>\s*</a>", r"\1</a>", text)
    links = re.findall(r'href="/t/escola/\?([^"]+)">(?:before: )?(\d+)(?: requests, [^<]*)?</a>', text)
    assert len(links) >= least
    for query, number in links:
        listed = page.get(f"/t/escola/?{query.replace('&amp;', '&')}").context["page"].tickets
        assert len(listed) == int(number), query
    return text


def of_no_course(team, at):
    return actions.open_ticket(
        team, Actor.system(), learner=LearnerFactory(team=team), course=None, producer=None, requested_at=at
    )


def test_every_number_links_to_as_many_tickets(page, team, counted_ticket):
    of_no_course(team, NOON)
    of_no_course(team, NOON - timedelta(days=1))
    text = check_numbers(page, f"/t/escola/reports/?{DAY}", least=20)
    assert not re.search(r"before: [1-9]\d*</p>", text)
    table_rows = re.findall(r"<tr>.*?</tr>", text[text.index("report-courses") : text.index("report-backlog")], re.S)
    assert table_rows
    for row in table_rows:
        assert not re.search(r">[1-9]\d*<(?!/a)", row)


def test_the_numbers_of_a_course_link_to_as_many_tickets_despite_merges(page, team, counted_ticket):
    other = open_ticket(team, learner=counted_ticket.learner, requested_at=NOON + timedelta(hours=1))
    mine = open_ticket(
        team, learner=counted_ticket.learner, course=counted_ticket.course, requested_at=NOON + timedelta(hours=2)
    )
    actions.merge_ticket(mine, Actor.system(), other)
    for course in (mine.course_id, other.course_id):
        check_numbers(page, f"/t/escola/reports/?{DAY}&course={course}", least=5)


def test_thirty_days_are_the_same_everywhere_and_link_to_their_tickets(page, team):
    course, today = CourseFactory(team=team), timezone.localdate()
    first_day = timezone.make_aware(datetime.combine(today - timedelta(days=29), datetime.min.time()))
    for moment in (first_day, first_day - timedelta(minutes=1), first_day - timedelta(minutes=2), timezone.now()):
        open_ticket(team, course=course, requested_at=moment)
    report = key_figures(page.get(f"/t/escola/reports/?days=30&course={course.pk}"))["Requests"]
    assert (report["cell"].text, report["before"]) == ("2", "2")
    assert ">2</a>" in check_numbers(page, "/t/escola/courses/", least=2)
    shown = check_numbers(page, f"/t/escola/courses/{course.pk}/", least=4)
    assert ">2</a>" in shown
    assert ">before: 2</a>" in shown


def test_a_report_of_one_course_counts_only_that_course(page, team, counted_ticket):
    assert (
        key_figures(page.get(f"/t/escola/reports/?{DAY}&course={counted_ticket.course_id}"))["Requests"]["cell"].text
        == "2"
    )
    foreign = CourseFactory()
    response = page.get(f"/t/escola/reports/?{DAY}&course={foreign.pk}")
    assert "Select a valid choice" in response.text
    assert "key-figures" not in response.text


def test_the_figures_of_a_former_member_link_to_their_tickets(page, team, counted_ticket):
    left = MembershipFactory(team=team, user__name="Rui")
    for _ in range(2):
        actions.assign_ticket(open_ticket(team, requested_at=NOON), Actor.system(), left.user)
    left.delete()
    text = page.get(f"/t/escola/reports/?{DAY}").text
    row = text[text.index("Rui") : text.index("</tr>", text.index("Rui"))]
    links = re.findall(r'href="/t/escola/\?([^"]+)">(\d+)</a>', row)
    assert [number for _query, number in links] == ["2", "2"]
    for query, _number in links:
        listed = page.get(f"/t/escola/?{query.replace('&amp;', '&')}").context["page"].tickets
        assert {ticket.assignee for ticket in listed} == {left.user}
        assert len(listed) == 2


def test_members_with_the_same_name_show_their_email(page, team, counted_ticket, agent):
    namesake = MembershipFactory(team=team, user__name="João Pedro", user__email="other@example.com").user
    actions.assign_ticket(open_ticket(team, requested_at=NOON), Actor.system(), namesake)
    names = {row[0] for row in rows(page, "members")}
    assert names == {f"João Pedro ({agent.email})", "João Pedro (other@example.com)", "Nobody"}


def test_a_namesake_without_figures_also_makes_a_member_show_their_email(page, team, counted_ticket, agent):
    MembershipFactory(team=team, user__name="João Pedro")
    assert {row[0] for row in rows(page, "members")} == {f"João Pedro ({agent.email})", "Nobody"}
    assert f"João Pedro ({agent.email})" in page.get(f"/t/escola/reports/?{DAY}").text


def test_another_teams_figures_are_not_visible(page, counted_ticket):
    open_ticket(TeamFactory(), requested_at=NOON)
    assert key_figures(page.get(f"/t/escola/reports/?{DAY}"))["Requests"]["cell"].text == "3"


@pytest.mark.parametrize(("language", "day"), [("en", "03/10"), ("pt-BR", "10/03")])
def test_charts_format_dates_as_the_tables_do(page, counted_ticket, language, day):
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    response = page.get("/t/escola/reports/?first=2026-03-08&last=2026-03-14")
    assert f">{day}</text>" in response.text
    shown = [row[0].text for row in response.context["tables"]["days"].rows]
    assert f"{day}/2026" in shown


def test_a_report_of_no_course_counts_only_tickets_without_a_course(page, team, counted_ticket):
    for moment in (NOON, NOON - timedelta(days=1)):
        of_no_course(team, moment)
    response = page.get(f"/t/escola/reports/?{DAY}&course=none")
    assert key_figures(response)["Requests"]["cell"].text == "1"
    assert '<option value="none" selected>No specific course</option>' in response.text
    assert re.search(r'href="\?days=7&amp;course=none"', response.text)
    check_numbers(page, f"/t/escola/reports/?{DAY}&course=none", least=5)
    assert rows(page, "courses", f"{DAY}&course=none") == [["No specific course", "1", "1"]]
    api = Api(create_token(team, "Planilha")[1])
    period = {"first": "2026-03-10", "last": "2026-03-10", "course": "none"}
    assert api.get("reports/summary", period).json()["now"]["requests"] == 1
    assert api.get("reports/courses", period).json()["results"] == [{"course": None, "requests": 1}]
    for name in ("days", "times", "backlog", "members", "hours"):
        assert api.get(f"reports/{name}", period).status_code == 200, name
    assert api.get("reports/summary", period | {"course": "nome"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("first=yesterday", "Enter a valid date"),
        ("first=2026-03-10&last=2026-03-01", "ends before it begins"),
        ("first=2020-01-01&last=2026-01-01", "at most a year"),
        ("days=0", "greater than or equal to 1"),
        ("first=2127-03-01", "in the future"),
        ("first=2026-03-10&days=7", "not both"),
        ("first=2026-03-10&last=2026-03-12&days=7", "not both"),
        ("first=%E2%80%8B", "Enter a valid date"),
        ("course=%E2%80%8B", "Select a valid choice"),
        ("days=7&days=30", "more than once"),
    ],
)
def test_an_invalid_period_is_reported(page, team, query, complaint):
    response = page.get(f"/t/escola/reports/?{query}")
    assert response.status_code == 422
    assert complaint in response.text
    assert "key-figures" not in response.text
    file = page.get(f"/t/escola/reports/days.csv?{query}")
    assert (file.status_code, file.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert complaint in file.text


@pytest.mark.parametrize("query", ["first=2127-03-01", "first=2026-03-10&days=7"])
def test_the_api_says_what_is_wrong_with_a_period(team, query):
    api = Api(create_token(team, "Planilha")[1])
    for name in ("summary", "days", "times", "courses", "backlog", "members", "hours"):
        assert api.get(f"reports/{name}?{query}").status_code == 400


def test_courses_with_the_same_title_show_their_producer(page, team):
    ana, bia = ProducerFactory(team=team, name="Ana"), ProducerFactory(team=team, name="Bia")
    for producer, hash in ((ana, "aaaaaaaaaa"), (bia, "bbbbbbbbbb"), (bia, "cccccccccc")):
        course = CourseFactory(team=team, title="Título do Curso", producer=producer, hash=hash)
        open_ticket(team, course=course, requested_at=NOON)
    names = {f"Título do Curso ({rest})" for rest in ("Ana", "Bia, bbbbbbbb", "Bia, cccccccc")}
    assert {row[0] for row in rows(page, "courses")} == names
    for address in (f"/t/escola/reports/?{DAY}", "/t/escola/?panel=filters", "/t/escola/tickets/new/"):
        text = page.get(address).text
        assert set(re.findall(r"<option[^>]*>(Título[^<]*)</option>", text)) == names
    assert all(name in page.get("/t/escola/courses/").text for name in names)
    chips = page.get(f"/t/escola/?course={course.pk}").context["chips"]
    assert [chip.label for chip in chips] == ["Course: Título do Curso (Bia, cccccccc)"]


def test_an_empty_report_reads_well(page, team):
    assert "Nothing in this period." in page.get("/t/escola/reports/").text
    assert page.get("/t/escola/reports/none-such.csv").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tickets(page, team, django_assert_num_queries):
    open_ticket(team, requested_at=NOON)
    page.get(f"/t/escola/reports/?{DAY}")
    for _ in range(12):
        open_ticket(team, requested_at=NOON)
    with django_assert_num_queries(42):
        page.get(f"/t/escola/reports/?{DAY}")


def test_the_page_complies_with_the_strict_policy(page, counted_ticket):
    text = page.get(f"/t/escola/reports/?{DAY}").text
    assert "<svg" in text
    assert "<style" not in text
    assert "style=" not in text
    assert text.count("<script") == text.count("<script src=")


def test_the_previous_period_is_as_long_and_ends_the_day_before():
    before = Period(datetime(2026, 3, 8).date(), datetime(2026, 3, 10).date()).before
    assert (str(before.first), str(before.last)) == ("2026-03-05", "2026-03-07")
