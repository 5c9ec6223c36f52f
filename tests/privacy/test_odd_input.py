"""Whatever is sent to the privacy pages is answered, and by no error of ours."""

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
    b"",
]
HUGE = "9" * 40


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_odd_forms(page, team, body):
    learner = LearnerFactory(team=team)
    names = ["learner_privacy", "correct_learner", "create_export", "erase_learner"]
    addresses = [reverse(name, args=[team.slug, learner.pk]) for name in names]
    for address in [reverse("personal_data", args=[team.slug]), *addresses]:
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
            assert page.post(address, body, content_type=kind).status_code < 500


@pytest.mark.parametrize("number", ["0", HUGE, "9" * 5_000, "9223372036854775808"])
def test_numbers_that_nothing_has(page, team, number):
    home = reverse("personal_data", args=[team.slug])
    for path in ("learners/{}/", "learners/{}/erase/", "exports/{}/"):
        assert page.get(home + path.format(number)).status_code == 404
    for path in ("learners/{}/correct/", "learners/{}/export/", "learners/{}/erase/", "erasures/{}/agree/"):
        assert page.post(home + path.format(number), {"name": "Ana"}).status_code == 404
