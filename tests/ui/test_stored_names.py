"""Names are clean however they were stored: typed by an operator, or before there was one way of cleaning."""

from importlib import import_module

import pytest
from django.apps import apps
from django.http import QueryDict

from helpdesk.courses.models import Course, Learner
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import SavedView, Tag
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db
DECOMPOSED, CLEAN = "  Joa\u0303o\u200b\u202e  Lima ", "Jo\u00e3o Lima"


def test_an_operators_names_are_cleaned(operator):
    learner, user, team = LearnerFactory(), UserFactory(), TeamFactory()
    data = {"name": DECOMPOSED, "named_at_0": "01/11/2026", "named_at_1": "10:00:00"}
    assert operator.post(f"/admin/courses/learner/{learner.pk}/change/", data).status_code == 302
    learner.refresh_from_db()
    assert learner.name == CLEAN
    data = {"email": user.email, "name": DECOMPOSED, "is_active": "on"}
    assert operator.post(f"/admin/teams/user/{user.pk}/change/", data).status_code == 302
    assert User.objects.get(pk=user.pk).name == CLEAN
    data = {"team": team.pk, "name": f"{DECOMPOSED}X"}
    assert operator.post("/admin/tickets/tag/add/", data).status_code == 302
    assert Tag.objects.get().name == "jo\u00e3o lima x"


def test_saved_views_follow_a_tag_that_an_operator_calls_otherwise(operator):
    team = TeamFactory()
    tag = Tag.objects.create(team=team, name="promo")
    view = SavedView.objects.create(team=team, name="Promo", query="tag=promo&priority=4")
    data = {"team": team.pk, "name": "Promoção", "color": "red"}
    assert operator.post(f"/admin/tickets/tag/{tag.pk}/change/", data).status_code == 302
    view.refresh_from_db()
    assert QueryDict(view.query).dict() == {"tag": "promoção", "priority": "4"}
    tag.refresh_from_db()
    assert (tag.name, tag.color) == ("promoção", "red")


def test_an_operators_name_of_nothing_that_can_be_seen_is_refused(operator):
    assert operator.post("/admin/tickets/tag/add/", {"team": TeamFactory().pk, "name": "\u200b"}).status_code == 200
    assert not Tag.objects.exists()


def migrate(room, name):
    module = import_module(f"helpdesk.{room}.migrations.{name}")
    [operation] = module.Migration.operations
    operation.code(apps, None)


def test_stored_names_of_learners_and_courses_become_clean_and_others_stay_untouched():
    learner, course, other = LearnerFactory(), CourseFactory(), LearnerFactory(name="Ana Prado")
    Learner.objects.filter(pk=learner.pk).update(name=DECOMPOSED)
    Course.objects.filter(pk=course.pk).update(title=DECOMPOSED)
    migrate("courses", "0008_clean_names")
    learner.refresh_from_db()
    course.refresh_from_db()
    assert (learner.name, course.title) == (CLEAN, CLEAN)
    assert Learner.objects.get(pk=other.pk).updated_at == other.updated_at


def test_stored_tags_become_clean_and_those_that_are_the_same_one():
    team = TeamFactory()
    names = ["v\u00eddeo", "vi\u0301deo", "Acesso", "\u200b", "prova"]
    tags = [Tag.objects.create(team=team, name=name) for name in names]
    elsewhere = Tag.objects.create(team=TeamFactory(), name="vi\u0301deo")
    both, one, none = (open_ticket(team) for _ in range(3))
    both.tags.add(*tags)
    one.tags.add(tags[1])
    migrate("tickets", "0011_clean_tags")
    assert [tag.name for tag in Tag.objects.filter(team=team)] == ["acesso", "prova", "v\u00eddeo"]
    assert [tag.name for tag in both.tags.all()] == ["acesso", "prova", "v\u00eddeo"]
    assert ([tag.pk for tag in one.tags.all()], none.tags.count()) == ([tags[0].pk], 0)
    elsewhere.refresh_from_db()
    assert elsewhere.name == "v\u00eddeo"
    assert Team.objects.count() == 2
