"""How producers, courses, lessons and learners are created, and how each is named."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.audit.models import AuditEvent
from helpdesk.courses import actions
from helpdesk.courses.actions import (
    AddressTaken,
    end_former_address,
    find_or_create_course,
    find_or_create_lesson,
    find_or_create_producer,
    forget_learner,
    lock_or_create_learner,
    note_activity,
    rename,
    rename_unless_locked,
    set_corrected_address,
    set_corrected_name,
    set_phone,
    upsert_course,
    upsert_learner,
)
from helpdesk.courses.models import Course, Learner, Lesson, Producer
from helpdesk.teams.querysets import TeamQuerySet
from tests.factories import NOON, ActivityFactory, CourseFactory, LearnerFactory, ProducerFactory, TeamFactory

pytestmark = pytest.mark.django_db
NFD = unicodedata.normalize("NFD", "vídeo")
EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
INVISIBLE = "\u200b\u2060\u200d\ufe0f\U000e0101"


def test_different_spellings_of_an_address_are_one_learner(team):
    for email in ("joão@exemplo.com", unicodedata.normalize("NFD", "JOÃO@exemplo.com"), "jo\u200bão@exemplo.com "):
        upsert_learner(team, email=email, name="João", at=NOON)
    assert Learner.objects.get().email == "joão@exemplo.com"


def test_names_from_events_are_cleaned_and_never_blank(team):
    learner = upsert_learner(team, email="ana@example.com", name="Ana\u00a0 Prado\u200b", at=NOON)
    assert learner.name == "Ana Prado"
    learner = upsert_learner(team, email="ana@example.com", name=INVISIBLE, at=NOON + timedelta(days=1))
    assert str(learner) == "Ana Prado"
    course = upsert_course(
        team, producer_email="P@Example.com", producer_name=INVISIBLE, hash="a", title=f" {NFD}\n2 ", at=NOON
    )
    assert (course.title, str(course.producer)) == ("vídeo 2", "p@example.com")
    assert (Course.objects.count(), Producer.objects.count()) == (1, 1)


def test_a_lesson_is_identified_by_its_key_and_takes_newer_titles(team):
    first = ActivityFactory(team=team, lesson_key="7", lesson_title="Aula 1")
    lesson = find_or_create_lesson(first)
    renamed = {"lesson_key": "7", "course": first.course, "lesson_title": "Boas-vindas"}
    assert find_or_create_lesson(ActivityFactory(team=team, occurred_at=NOON + timedelta(hours=1), **renamed)) == lesson
    old = renamed | {"lesson_title": "Aula um", "occurred_at": NOON - timedelta(hours=1)}
    assert find_or_create_lesson(ActivityFactory(team=team, **old)) == lesson
    assert Lesson.objects.get().title == "Boas-vindas"
    elsewhere = ActivityFactory(team=team, lesson_key="7", lesson_title="Aula 1")
    assert find_or_create_lesson(elsewhere) != lesson
    nameless = ActivityFactory(team=team, lesson_key="", lesson_title="Sem chave", course=first.course)
    assert find_or_create_lesson(nameless) == Lesson.objects.get(key="Sem chave")


def test_a_course_is_identified_by_team_producer_and_hash(team, django_assert_num_queries):
    def found(in_team=team, email="p@example.com", hash="a"):
        return find_or_create_course(
            in_team, producer_email=email, producer_name="Ana", hash=hash, title="Bolos", at=NOON
        )

    course = found()
    assert (course.title, course.named_at, str(course.producer)) == ("Bolos", NOON, "Ana")
    with django_assert_num_queries(1):
        assert found(email=" P@Example.com\u200b").producer == course.producer
    others = [found(email="q@example.com"), found(hash="b"), found(TeamFactory())]
    assert len({course, *others}) == 4
    assert others[1].producer == course.producer


def test_an_existing_producer_keeps_its_name(team):
    producer = find_or_create_producer(team, email="p@example.com", name="Ana", at=NOON)
    assert find_or_create_producer(team, email="P@example.com", name="Bia", at=LATER) == producer
    producer.refresh_from_db()
    assert (producer.name, producer.named_at) == ("Ana", NOON)
    assert find_or_create_producer(TeamFactory(), email="p@example.com", name="Ana", at=NOON) != producer


@pytest.mark.parametrize("fields", [{"course": None}, {"lesson_title": "", "lesson_key": "7"}])
def test_an_activity_without_course_or_lesson_creates_no_lesson(team, fields):
    assert find_or_create_lesson(ActivityFactory(team=team, **fields)) is None
    assert not Lesson.objects.exists()


def test_a_learner_is_found_by_a_former_address_until_it_ends(team, learner):
    former = learner.email
    assert set_corrected_address(learner, "new@example.com")
    assert lock_or_create_learner(team, email=former, name="", at=NOON) == learner
    assert lock_or_create_learner(TeamFactory(), email=former, name="", at=NOON) != learner
    address = learner.former_addresses.get()
    assert end_former_address(address)
    assert not end_former_address(address)
    assert lock_or_create_learner(team, email=former, name="Outra", at=NOON).name == "Outra"


def test_the_last_activity_only_moves_forward(team):
    learner = lock_or_create_learner(team, email="ana@example.com", name="Ana", at=NOON)
    assert learner.last_activity_at == NOON
    for at, kept in ((LATER, LATER), (NOON, LATER)):
        assert lock_or_create_learner(team, email="ana@example.com", name="", at=at).last_activity_at == kept
        learner.refresh_from_db()
        assert learner.last_activity_at == kept


def test_only_learners_with_later_activity_are_updated(team, django_assert_num_queries):
    learners: list[Any] = [LearnerFactory(team=team, last_activity_at=NOON) for _ in range(3)]
    with django_assert_num_queries(1):
        note_activity(dict.fromkeys(learners[:2], LATER) | {learners[2]: NOON})
    with django_assert_num_queries(0):
        note_activity({})
    assert [each.last_activity_at for each in Learner.objects.order_by("pk")] == [LATER, LATER, NOON]


@pytest.mark.parametrize("factory", [ProducerFactory, CourseFactory, LearnerFactory])
@pytest.mark.parametrize(
    ("name", "at", "stands"),
    [
        ("Novo", LATER, "Novo"),
        ("Novo", EARLIER, "M"),
        ("Z", NOON, "Z"),
        ("A", NOON, "M"),
        ("", LATER, "M"),
        (INVISIBLE, LATER, "M"),
        ("M", LATER, "M"),
    ],
)
def test_the_newest_name_wins_and_of_simultaneous_ones_the_alphabetically_last(factory, name, at, stands):
    field = "title" if factory is CourseFactory else "name"
    record = factory(**{field: "M"})
    rename(record, name, at)
    assert str(record) == stands
    record.refresh_from_db()
    assert str(record) == stands
    assert record.named_at == (at if name in {"Novo", "Z", "M"} and at >= NOON else NOON)


def test_a_newer_name_by_another_process_is_kept(team):
    read_before = CourseFactory(team=team, title="Bolos")
    rename(Course.objects.get(), "Bolos e tortas", LATER + timedelta(hours=1))
    rename(read_before, "Tortas", LATER)
    assert Course.objects.get().title == "Bolos e tortas"
    assert read_before.title == "Bolos"


def test_a_record_without_a_name_takes_one_from_any_event(team):
    learner = LearnerFactory(team=team, name="")
    rename(learner, "Ana", EARLIER)
    assert Learner.objects.get().name == "Ana"


def test_a_name_corrected_by_the_learner_is_kept(team, learner):
    assert set_corrected_name(learner, "  Ana\u200b ")
    rename(learner, "Zeca", LATER)  # as read before
    learner.refresh_from_db()
    rename(learner, "Zeca", LATER)
    assert (learner.name, Learner.objects.get().name) == ("Ana", "Ana")


def test_nothing_is_restored_for_an_erased_learner(team, learner):
    set_phone(learner, "5511912345678")
    read_before = Learner.objects.get()
    forget_learner(learner, LATER)
    for write in (set_corrected_name, set_corrected_address, set_phone):
        assert not write(read_before, "ana@example.com")
    rename(read_before, "Ana", LATER)
    found = Learner.objects.get()
    assert (found.name, found.phone, found.language, found.erased_at) == ("", "", "", LATER)
    assert "@" not in found.email
    assert lock_or_create_learner(team, email=learner.email, name="Ana", at=LATER) != learner


def test_another_learners_current_or_former_address_is_refused(team, learner):
    other = LearnerFactory(team=team, email="bia@example.com")
    with pytest.raises(AddressTaken) as taken:
        set_corrected_address(learner, " BIA@example.com")
    assert (taken.value.other, taken.value.is_former) == (other, False)
    set_corrected_address(other, "beatriz@example.com")
    with pytest.raises(AddressTaken) as taken:
        set_corrected_address(learner, "bia@example.com")
    assert (taken.value.other, taken.value.is_former) == (other, True)
    LearnerFactory(team=TeamFactory(), email="nova@example.com")
    assert set_corrected_address(learner, "nova@example.com")
    assert set_corrected_address(learner, "nova@example.com")  # which it is already
    assert learner.former_addresses.count() == 1


def test_an_address_given_to_another_learner_concurrently_is_refused(team, learner, monkeypatch):
    def check_before(learner, email):
        monkeypatch.setattr(actions, "_check_free", check)
        LearnerFactory(team=team, email=email)

    check = actions._check_free
    monkeypatch.setattr(actions, "_check_free", check_before)
    with pytest.raises(AddressTaken):
        set_corrected_address(learner, "bia@example.com")
    assert Learner.objects.get(pk=learner.pk).email == "mariana@example.com"


def test_a_changed_phone_number_is_recorded_once(team, learner):
    for _twice in range(2):
        assert set_phone(learner, "5511912345678", program="CRM")
    event = AuditEvent.objects.get(team=team, kind="phone_changed")
    assert (event.learner_id, event.actor_name, learner.phone) == (learner.pk, "CRM", "5511912345678")
    assert Learner.objects.get().phone == "5511912345678"


def test_a_locked_record_is_renamed_by_a_job_unless_its_name_is_newer(team, course, monkeypatch):
    monkeypatch.setattr(TeamQuerySet, "skip_locked", lambda rows: rows.none())
    rename_unless_locked(course, "Antes", EARLIER)
    assert not ProcrastinateJob.objects.exists()
    rename_unless_locked(course, "Bolos", LATER)
    (job,) = ProcrastinateJob.objects.filter(task_name="courses.rename_later")
    assert job.args == {"model": "Course", "pk": course.pk, "name": "Bolos", "at": LATER.isoformat()}
    assert Course.objects.get().title == "Confeitaria do zero"


def test_an_unlocked_learner_is_renamed_at_once(team, learner):
    rename_unless_locked(learner, "Ana", LATER)
    assert Learner.objects.get().name == "Ana"
    assert upsert_learner(team, email=learner.email, name="Bia", at=LATER + timedelta(hours=1)).name == "Bia"
