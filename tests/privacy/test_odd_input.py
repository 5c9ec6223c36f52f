"""Any input to the privacy pages is answered without an error of ours."""

import pytest
from django.urls import reverse

from tests.factories import LearnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english"), pytest.mark.page_of("owner")]
ODD = [
    b"name=%00&email=%00&contact=%00",
    b"name=%ff%fe&email=%ff&contact=%ff@%ff",
    b"name=%ED%A0%80&email=%ED%A0%80&contact=%ED%A0%80",
    "name=\u202e\u200b&email=\u202e@x.com&contact=\u202e@x.com".encode(),
    b"name=" + b"x" * 100_000 + b"&email=" + b"x" * 100_000 + b"&contact=" + b"x" * 100_000,
    ("name=" + "e" + "\u0301" * 5_000 + "&email=" + "\u0301" * 5_000 + "@x.com&contact=a@" + "\u0301" * 500).encode(),
    b"name=a&name=b&email=a&email=b&needs_second_person=maybe&needs_second_person=on",
    b"contact=a@b&contact=a%40%C3%BC.example&needs_second_person[]=1",
    b"title=%00&what=%ED%A0%80&known_at=0001-01-01T00:00&occurred_at=9999-12-31T23:59&people_count=-1&risk="
    + b"x" * 20_000,
    b"title=a&what=b&known_at=2026-01-01T10:00&risk_level=unknown&people_count=99999999999&risk_level=x",
    "title=\u202e&what=\u200b&known_at=2026-01-01T10:00&risk_level=unknown".encode(),
    b"",
]
HUGE = "9" * 40


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_odd_forms_cause_no_server_error(page, team, body):
    learner = LearnerFactory(team=team)
    names = ["learner_privacy", "correct_name", "correct_address", "create_export", "erase_learner"]
    addresses = [reverse(name, args=[team.slug, learner.pk]) for name in names]
    of_team = [reverse(name, args=[team.slug]) for name in ("personal_data", "create_incident")]
    for address in [*of_team, *addresses]:
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
            assert page.post(address, body, content_type=kind).status_code < 500


@pytest.mark.parametrize("number", ["0", HUGE, "9" * 5_000, "9223372036854775808"])
def test_unknown_numbers_are_404(page, team, number):
    home = reverse("personal_data", args=[team.slug])
    for path in ("learners/{}/", "learners/{}/erase/", "exports/{}/", "incidents/{}/", "incidents/{}/change/"):
        assert page.get(home + path.format(number)).status_code == 404
    of_learners = [f"learners/{{}}/{name}/" for name in ("correct", "address", "export", "erase")]
    for path in (*of_learners, "addresses/{}/forget/", "erasures/{}/agree/"):
        assert page.post(home + path.format(number), {"name": "Ana"}).status_code == 404
