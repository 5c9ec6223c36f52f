"""A backup from before an erasure brings nobody back: whom the list beside the database names is erased again."""

import json

import pytest

from helpdesk.courses.models import Learner
from helpdesk.operations.setup_steps import SetupError, run_setup_steps
from helpdesk.privacy import actions, erasure_list
from helpdesk.privacy.models import LearnerErasure, TeamPrivacy, Tombstone
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.world import finish
from tests.webhooks.sender import deliver, learner_help

EMAIL, NAME = "zuleica@fazendinha.example", "Zuleica Quaresmeira"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(own_folders):
    return own_folders


@pytest.fixture
def learner(team):
    found = LearnerFactory(team=team, name=NAME, email=EMAIL)
    open_ticket(team, learner=found)
    return found


def go_back(learner):
    """What restoring a backup from before the first erasure makes of the database."""
    LearnerErasure.objects.all().delete()
    Tombstone.objects.all().delete()
    TeamPrivacy.objects.all().delete()
    Learner.objects.filter(pk=learner.pk).update(email=EMAIL, name=NAME, erased_at=None)


def test_who_comes_back_with_a_backup_is_erased_again(team, learner, manager):
    namesake = LearnerFactory(team=team, name=NAME)
    elsewhere = LearnerFactory(team=TeamFactory(), email=EMAIL)
    key = finish(actions.request_erasure(learner, manager)) and TeamPrivacy.objects.get().tombstone_key
    go_back(learner)
    run_setup_steps()
    assert TeamPrivacy.objects.get().tombstone_key == key
    receipt = finish(LearnerErasure.objects.get())
    assert receipt.requested_by is None
    learner.refresh_from_db()
    assert learner.erased_at == receipt.erased_at
    assert learner.name == ""
    for other in (namesake, elsewhere):
        other.refresh_from_db()
        assert other.erased_at is None


def test_nothing_is_done_again_that_the_database_knows(learner, manager):
    finish(actions.request_erasure(learner, manager))
    run_setup_steps()
    assert LearnerErasure.objects.count() == 1


def test_who_came_anew_after_the_erasure_stays(team, learner, manager):
    finish(actions.request_erasure(learner, manager))
    anew = LearnerFactory(team=team, email=EMAIL)
    run_setup_steps()
    anew.refresh_from_db()
    assert anew.erased_at is None


def test_one_that_waited_for_consent_in_the_backup_is_begun(team, learner, manager):
    finish(actions.request_erasure(learner, manager))
    go_back(learner)
    waiting = LearnerErasure.objects.create(team=team, learner=learner, requested_by=manager)
    run_setup_steps()
    assert finish(waiting).requested_by == manager


def test_what_still_waited_in_the_backup_makes_nobody_anew(client, source, learner, manager):
    finish(actions.request_erasure(learner, manager))
    go_back(learner)
    Learner.objects.filter(pk=learner.pk).update(email="erased-before@invalid")  # they are not in the backup yet
    run_setup_steps()
    deliver(client, source, learner_help(learner={"email": EMAIL, "name": NAME}, id="of-before"))
    assert not Learner.objects.filter(email=EMAIL).exists()


def test_the_list_bears_neither_address_nor_name_nor_a_readable_key(learner, manager, own_folders):
    finish(actions.request_erasure(learner, manager))
    (file,) = (own_folders / "erasures").glob("*/*.json")
    entry = file.read_text()
    assert "zuleica" not in entry.lower()
    assert TeamPrivacy.objects.get().tombstone_key not in entry
    assert json.loads(entry)["team_id"] == learner.team_id


def test_with_another_secret_key_it_says_what_to_do(learner, manager, use_keys):
    finish(actions.request_erasure(learner, manager))
    go_back(learner)
    use_keys("x" * 60)
    with pytest.raises(SetupError, match="SECRET_KEY_FALLBACKS"):
        run_setup_steps()


def test_the_list_of_another_database_changes_no_key(team, learner, manager):
    finish(actions.request_erasure(learner, manager))
    go_back(learner)
    finish(actions.request_erasure(LearnerFactory(team=team, email="outra@example.com"), manager))
    key = TeamPrivacy.objects.get().tombstone_key
    erasure_list.repeat_erasures()
    assert TeamPrivacy.objects.get().tombstone_key == key


def test_an_erasure_waits_until_the_list_can_be_written(learner, manager, own_folders):
    erasure = actions.request_erasure(learner, manager)
    (own_folders / "erasures").write_text("in the way")
    with pytest.raises(AssertionError):
        finish(erasure)
    assert erasure.failures
    (own_folders / "erasures").unlink()
    assert finish(erasure).state == LearnerErasure.State.DONE
