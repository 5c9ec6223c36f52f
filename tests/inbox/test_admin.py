"""Saved views in the operator's admin."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from helpdesk.inbox.models import SavedView
from helpdesk.tickets.models import Tag
from tests.admin.addresses import change
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


def test_a_saved_view_needs_a_valid_query(case, operator, team):
    other = TeamFactory()
    Tag.objects.create(team=other, name="vip")
    owner = MembershipFactory(team=team).user
    data = {"name": "Minha", "team": team.pk, "owner": owner.pk}
    for query in ("foo=bar", "tag=vip", "status=done&foo=bar", "priority=9", "status=new&status=open"):
        with case(query=query):
            response = operator.post(reverse("admin:inbox_savedview_add"), data | {"query": query})
            assert (response.status_code, list(response.context["adminform"].errors)) == (200, ["query"])
            assert not SavedView.objects.exists()
    for query in ("", "assignee=me&priority=4"):
        with case(query=query):
            assert operator.post(reverse("admin:inbox_savedview_add"), data | {"query": query}).status_code == 302
            assert SavedView.objects.get().query == query


def test_a_saved_view_with_a_deleted_tag_can_be_renamed_but_not_moved(operator, team):
    view = SavedView.objects.create(team=team, name="VIP", query="tag=vip", is_shared=True)
    data = {"name": "VIPs", "team": team.pk, "query": "tag=vip", "is_shared": "on"}
    assert operator.post(change(view), data).status_code == 302
    response = operator.post(change(view), data | {"team": TeamFactory().pk})
    assert list(response.context["adminform"].errors) == ["query"]


def test_saved_views_follow_a_tag_renamed_by_an_operator(operator):
    team = TeamFactory()
    tag = Tag.objects.create(team=team, name="promo")
    view = SavedView.objects.create(team=team, name="Promo", query="tag=promo&priority=4")
    data = {"team": team.pk, "name": "Promoção", "color": "red"}
    assert operator.post(f"/admin/tickets/tag/{tag.pk}/change/", data).status_code == 302
    view.refresh_from_db()
    assert QueryDict(view.query).dict() == {"tag": "promoção", "priority": "4"}
    tag.refresh_from_db()
    assert (tag.name, tag.color) == ("promoção", "red")
