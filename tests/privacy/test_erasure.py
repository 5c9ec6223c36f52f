"""Erasing a learner: afterwards nothing of them is anywhere, nor in the log of how they came in."""

import pytest

from tests.privacy.dump import hits, is_in
from tests.privacy.world import EMAIL, NAME, PHONE, WORDS
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


def test_nothing_of_the_learner_is_left_anywhere(erased, own_folders, logged):
    assert erased.state == "done"
    assert [word for word in (NAME, EMAIL, WORDS, PHONE) if is_in(logged.getvalue(), word)] == []
    found = hits(own_folders, NAME, EMAIL, WORDS, "fazendinha", PHONE)
    assert "\n".join(f"{place}: {word} in {text[:700]}" for place, word, text in found) == ""
    theirs = Delivery.objects.filter(event__startswith="nutror.").exclude(event_id="comment-3")
    assert {bytes(body) for body in theirs.values_list("body", flat=True)} == {b""}
    assert not any(path.suffix == ".zip" for path in own_folders.rglob("*"))
