"""The page of tags: what they are called, their color, merging and deleting them; and their completion."""

import re
from urllib.parse import parse_qs

import pytest

from helpdesk.inbox.models import SavedView
from helpdesk.tickets import actions
from helpdesk.tickets.actions import ActionRefused, change_tag, merge_tags
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, TicketEvent
from helpdesk.tickets.sentences import sentence_of
from tests.factories import TeamFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]
PAGE = "/t/escola/tags/"


@pytest.fixture
def tagged_tickets(team):
    """Three, the first with “vídeo”, the second with “video” too, the third with “video” alone."""
    made = [open_ticket(team) for _ in range(3)]
    for number, names in enumerate((["vídeo"], ["vídeo", "video"], ["video"])):
        for name in names:
            actions.add_tag(made[number], Actor.system(), name)
    return made


def tag(name):
    return Tag.objects.get(name=name)


def test_tags_are_listed_most_used_first_with_links_and_similar_ones(page, team, tagged_tickets):
    actions.add_tag(tagged_tickets[0], Actor.system(), "nota & fiscal")
    text = page.get(PAGE).text
    assert text.index("vídeo") < text.index("nota &amp; fiscal")
    assert "same word as “video”" in text
    assert "tag=nota%20%26%20fiscal" in text
    shown = page.get("/t/escola/?status=all&folded=1&tag=v%C3%ADdeo").context["page"].tickets
    assert len(shown) == 2


@pytest.mark.page_of("agent")
def test_members_without_permission_can_view_but_not_change_tags(page, tagged_tickets):
    text = page.get(PAGE).text
    assert "vídeo" in text
    assert "Change" not in text
    assert page.post(f"{PAGE}{tag('video').pk}/", {"name": "x"}).status_code == 403


def test_an_empty_page_says_how_to_create_tags(page):
    assert "No tags yet" in page.get(PAGE).text


def test_renaming_a_tag_changes_every_ticket_and_saved_view(page, team, agent, tagged_tickets, in_english):
    view = SavedView.objects.create(team=team, owner=agent, name="V", query="status=all&tag=v%C3%ADdeo")
    other = SavedView.objects.create(team=team, owner=agent, name="W", query="tag=video")
    event = TicketEvent.objects.filter(kind="tagged")[0]
    before = sentence_of(event, event.ticket)
    response = page.post(f"{PAGE}{tag('vídeo').pk}/", {"name": " Aula GRAVADA ", "color": "teal"})
    assert (response.status_code, response.url) == (302, PAGE)
    assert [each.name for each in tagged_tickets[0].tags.all()] == ["aula gravada"]
    assert tag("aula gravada").color == "teal"
    view.refresh_from_db()
    other.refresh_from_db()
    assert parse_qs(view.query) == {"status": ["all"], "tag": ["aula gravada"]}
    assert other.query == "tag=video"
    assert sentence_of(event, event.ticket) == before  # as it was called then
    assert 'class="badge tag tag-teal">aula gravada' in page.get("/t/escola/?status=all").text


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"name": ""}, "required"),
        ({"name": "\u200b"}, "required"),
        ({"name": "a" * 41}, "40"),
        ({"name": "a\0b"}, "Null characters"),
        ({"name": "a", "color": "mauve"}, "mauve"),
    ],
)
def test_an_invalid_change_is_explained_and_loses_nothing(page, tagged_tickets, data, problem):
    response = page.post(f"{PAGE}{tag('vídeo').pk}/", data)
    assert response.status_code == 422
    assert problem in response.text
    assert set(Tag.objects.values_list("name", "color")) == {("vídeo", ""), ("video", "")}


def test_an_existing_name_offers_to_merge(page, tagged_tickets):
    response = page.post(f"{PAGE}{tag('vídeo').pk}/", {"name": "VIDEO"})
    assert response.status_code == 422
    assert "Do you want to merge “vídeo” into it?" in response.text
    assert f'href="{PAGE}{tag("vídeo").pk}/merge/?into={tag("video").pk}"' in response.text
    assert Tag.objects.count() == 2


def test_merging_shows_the_number_of_tickets_and_asks_first(page, tagged_tickets):
    question = page.get(f"{PAGE}{tag('vídeo').pk}/merge/", {"into": tag("video").pk})
    assert "Merge the tag “vídeo” into “video”?" in question.text
    assert "2 tickets get “video” instead of “vídeo”" in question.text
    assert "cannot be undone" in question.text
    assert [[each.name for each in ticket.tags.order_by("-name")] for ticket in tagged_tickets] == [
        ["vídeo"],
        ["vídeo", "video"],
        ["video"],
    ]
    assert f'name="into" value="{tag("video").pk}"' in question.text


def test_merging_replaces_the_tag_on_every_ticket_once(page, team, agent, tagged_tickets):
    view = SavedView.objects.create(team=team, owner=agent, name="V", query="tag=v%C3%ADdeo")
    response = page.post(f"{PAGE}{tag('vídeo').pk}/merge/", {"into": tag("video").pk}, follow=True)
    assert "“vídeo” was merged into “video”" in response.text
    assert [[each.name for each in ticket.tags.all()] for ticket in tagged_tickets] == [["video"]] * 3
    assert Tag.objects.count() == 1
    view.refresh_from_db()
    assert view.query == "tag=video"


@pytest.mark.parametrize("into", ["", "x", "self", "theirs", "9" * 30])
def test_merging_into_an_invalid_tag_is_refused(page, tagged_tickets, into):
    theirs = Tag.objects.create(team=TeamFactory(), name="video")
    found = Tag.objects.get(name="vídeo")
    value = {"self": found.pk, "theirs": theirs.pk}.get(into, into)
    for send in (page.get, page.post):
        response = send(f"{PAGE}{found.pk}/merge/", {"into": value})
        assert response.status_code == 422
        assert "errors" in response.text
    assert Tag.objects.count() == 3
    with pytest.raises(ActionRefused):
        merge_tags(found, theirs)
    with pytest.raises(ActionRefused):
        change_tag(found, "", "")


def test_deleting_shows_the_number_of_tickets_and_asks_first(page, tagged_tickets):
    address = f"{PAGE}{tag('vídeo').pk}/delete/"
    assert "It is removed from 2 tickets" in page.get(address).text
    assert Tag.objects.count() == 2
    assert "was deleted" in page.post(address, follow=True).text
    assert [[each.name for each in ticket.tags.all()] for ticket in tagged_tickets] == [[], ["video"], ["video"]]
    assert page.post(address).status_code == 404
    assert "“vídeo”" not in page.get(f"/t/escola/tickets/{tagged_tickets[0].number}/").text.partition("timeline")[0]
    assert "added the tag <b>vídeo</b>" in page.get(f"/t/escola/tickets/{tagged_tickets[0].number}/").text


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("video", ["vídeo", "video aula"]),
        ("VÍ", ["vídeo", "video aula"]),
        ("aula vid", ["video aula"]),
        ("", []),
        ("\0", []),
    ],
)
def test_tags_are_completed_regardless_of_accents_most_used_first(page, team, typed, names):
    for name, count in (("video aula", 1), ("vídeo", 2), ("áudio", 3)):
        for _ in range(count):
            actions.add_tag(open_ticket(team), Actor.system(), name)
    Tag.objects.create(team=TeamFactory(), name="video deles")
    response = page.get(f"{PAGE}suggestions/", {"tag": typed})
    assert [each["label"] for each in response.context["suggestions"]] == names
    assert response.text.count('role="option"') == len(names)


@pytest.mark.parametrize("name", ["tags", "suggestions"])
def test_the_pages_take_as_many_queries_for_many(page, team, tagged_tickets, name, django_assert_max_num_queries):
    address = PAGE if name == "tags" else f"{PAGE}suggestions/?tag=v"
    with django_assert_max_num_queries(12) as few:
        page.get(address)
    for number in range(20):
        Tag.objects.create(team=team, name=f"v{number}")
    with django_assert_max_num_queries(len(few)):
        page.get(address)


def test_the_breadcrumbs_of_a_tag_begin_with_all_tags(client, team, owner):
    tag = Tag.objects.create(team=team, name="vídeo")
    client.force_login(owner)
    shown = client.get(f"/t/{team.slug}/tags/{tag.pk}/delete/").text
    way = re.search(r'<nav class="breadcrumbs" aria-label="[^"]+">(.*?)</nav>', shown, re.DOTALL)
    assert way
    assert re.findall(r'href="([^"]+)"', way[1]) == [f"/t/{team.slug}/tags/", f"/t/{team.slug}/tags/{tag.pk}/"]
