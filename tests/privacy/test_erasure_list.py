"""A backup from before an erasure restores nobody: those on the list beside the database are erased again."""

import shutil
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from helpdesk.courses.models import Learner
from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.setup_steps import SetupError, run_setup_steps
from helpdesk.privacy import actions, erasure_list
from helpdesk.privacy.doctor import check_erasure_list
from helpdesk.privacy.models import LearnerErasure, TeamPrivacy, Tombstone
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.world import finish
from tests.webhooks.sender import deliver, learner_help

EMAIL, NAME = "zuleica@fazendinha.example", "Zuleica Quaresmeira"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def said(caplog):
    """What a step tells the operator."""
    return lambda: [record.getMessage() for record in caplog.records if record.name == "helpdesk.privacy.erasure_list"]


@pytest.fixture
def zuleica(team):
    found = LearnerFactory(team=team, name=NAME, email=EMAIL)
    open_ticket(team, learner=found)
    return found


def go_back(learner):
    """What restoring a backup from before the first erasure makes of the database."""
    LearnerErasure.objects.all().delete()
    Tombstone.objects.all().delete()
    TeamPrivacy.objects.all().delete()
    Learner.objects.filter(pk=learner.pk).update(email=EMAIL, name=NAME, erased_at=None)


def test_a_learner_restored_by_a_backup_is_erased_again(team, zuleica, manager):
    namesake = LearnerFactory(team=team, name=NAME)
    elsewhere = LearnerFactory(team=TeamFactory(), email=EMAIL)
    key = finish(actions.request_erasure(zuleica, manager)) and TeamPrivacy.objects.get().tombstone_key
    go_back(zuleica)
    run_setup_steps()
    assert TeamPrivacy.objects.get().tombstone_key == key
    receipt = finish(LearnerErasure.objects.get())
    assert receipt.requested_by is None
    zuleica.refresh_from_db()
    assert zuleica.erased_at == receipt.erased_at
    assert zuleica.name == ""
    for other in (namesake, elsewhere):
        other.refresh_from_db()
        assert other.erased_at is None


def test_entries_of_the_list_are_synced_to_disk_with_their_names(team, zuleica, manager, own_folders, monkeypatch):
    """Without its folder, a new file's name would be lost in a power failure."""
    on_disk = []
    monkeypatch.setattr(erasure_list, "sync", lambda path: on_disk.append((path, sorted(path.glob("[!.]*")))))
    finish(actions.request_erasure(zuleica, manager))
    [folder] = own_folders.glob(f"**/erasures/{team.pk}")
    last = dict(on_disk)
    assert last[folder] == sorted(folder.iterdir())
    assert last[folder.parent] == [folder]


def test_known_erasures_are_not_repeated(zuleica, manager):
    finish(actions.request_erasure(zuleica, manager))
    run_setup_steps()
    assert LearnerErasure.objects.count() == 1


def test_a_learner_who_returned_after_the_erasure_is_kept(team, zuleica, manager):
    finish(actions.request_erasure(zuleica, manager))
    anew = LearnerFactory(team=team, email=EMAIL)
    run_setup_steps()
    LearnerErasure.objects.all().delete()
    Tombstone.objects.all().delete()
    run_setup_steps()
    anew.refresh_from_db()
    assert anew.erased_at is None


def test_an_erasure_waiting_for_consent_in_the_backup_is_started(team, zuleica, manager):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    waiting = LearnerErasure.objects.create(team=team, learner=zuleica, requested_by=manager)
    run_setup_steps()
    assert finish(waiting).requested_by == manager


def test_events_waiting_in_the_backup_do_not_restore_the_learner(client, source, zuleica, manager):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    Learner.objects.filter(pk=zuleica.pk).update(email="erased-before@invalid")  # they are not in the backup yet
    run_setup_steps()
    deliver(client, source, learner_help(learner={"email": EMAIL, "name": NAME}, id="of-before"))
    assert not Learner.objects.filter(email=EMAIL).exists()


def test_a_request_after_the_erasure_that_the_backup_lacks_is_accepted(client, source, zuleica, manager, own_folders):
    """Eduzz sends it again once the backup is restored."""
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    at = timezone.now() - timedelta(days=1)
    Learner.objects.filter(pk=zuleica.pk).update(created_at=at - timedelta(days=1))
    (entry,) = (own_folders / "erasures" / str(zuleica.team_id)).glob("2*")
    entry.rename(entry.with_name(f"{at:%Y%m%dT%H%M%S.%f}-{zuleica.pk}"))
    for _time in range(2):  # what is erased again is in the list no later than it was
        run_setup_steps()
        finish(LearnerErasure.objects.get())
    person, asked_at = {"email": EMAIL, "name": NAME}, at + timedelta(hours=1)
    asked = learner_help(learner=person, id="since", createdAt=asked_at.isoformat())
    assert deliver(client, source, asked).outcome == "processed"
    assert Learner.objects.filter(email=EMAIL).exists()


def test_the_list_contains_neither_address_nor_name_nor_a_readable_key(zuleica, manager, own_folders):
    finish(actions.request_erasure(zuleica, manager))
    files = sorted((own_folders / "erasures" / str(zuleica.team_id)).iterdir())
    written = "".join(f"{file} {file.read_text()}" for file in files)
    assert len(files) == 2
    assert "zuleica" not in written.lower()
    assert TeamPrivacy.objects.get().tombstone_key not in written
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_with_another_secret_key_the_error_says_what_to_do(zuleica, manager, use_keys):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    use_keys("x" * 60)
    with pytest.raises(SetupError, match="SECRET_KEY_FALLBACKS"):
        run_setup_steps()


def test_the_list_of_another_database_changes_no_key(team, zuleica, manager, said):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    actions.request_erasure(LearnerFactory(team=team, email="outra@example.com"), manager)
    key = TeamPrivacy.objects.get().tombstone_key
    erasure_list.repeat_erasures()
    assert TeamPrivacy.objects.get().tombstone_key == key
    assert "is the list of another database" in said()[0]


def test_the_list_of_another_database_is_set_aside_at_the_next_erasure(team, zuleica, manager, said, own_folders):
    """Otherwise learners listed later would be looked up with a wrong key, and restored by a backup."""
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    finish(actions.request_erasure(zuleica, manager))
    (words,) = said()
    assert "set aside" in words
    assert len(list((own_folders / "erasures").glob(f"{team.pk}-until-*/2*"))) == 1
    aside, _list = check_erasure_list()
    assert (aside.level, _list.level) == (Level.WARN, Level.OK)
    assert f"{team.pk}-until-" in aside.text
    go_back(zuleica)
    run_setup_steps()
    assert finish(LearnerErasure.objects.get())


def test_an_erasure_waits_until_the_list_is_writable(zuleica, manager, own_folders):
    erasure = actions.request_erasure(zuleica, manager)
    (own_folders / "erasures").write_text("in the way")
    with pytest.raises(AssertionError):
        finish(erasure)
    assert erasure.failures
    (own_folders / "erasures").unlink()
    assert finish(erasure).state == LearnerErasure.State.DONE


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"0" * 63])
def test_a_damaged_entry_stops_the_setup_before_anything_is_changed(zuleica, manager, own_folders, content):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    folder = own_folders / "erasures" / str(zuleica.team_id)
    (folder / "20260101T000000.000000-1").write_bytes(content)
    with pytest.raises(SetupError, match="20260101T000000"):
        run_setup_steps()
    assert not Tombstone.objects.exists()


def test_unrelated_files_in_the_list_are_ignored(zuleica, manager, own_folders):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    (own_folders / "erasures/lost+found").mkdir()
    (own_folders / "erasures" / str(zuleica.team_id) / ".20260101T000000.000000-1.draft").write_text("x")
    run_setup_steps()
    assert finish(LearnerErasure.objects.get())


def test_an_erasure_that_could_not_be_repeated_is_tried_again(zuleica, manager, monkeypatch):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)

    def fail(learner, at):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(erasure_list, "erase_again", fail)
        with pytest.raises(RuntimeError):
            run_setup_steps()
    run_setup_steps()
    assert LearnerErasure.objects.filter(learner=zuleica).exists()


def test_reencrypt_includes_the_list(zuleica, manager, use_keys, settings):
    finish(actions.request_erasure(zuleica, manager))
    go_back(zuleica)
    use_keys("x" * 60, settings.SECRET_KEY)
    call_command("reencrypt")
    use_keys("y" * 60)
    with pytest.raises(CommandError, match="VAR_DIR/erasures"):
        call_command("reencrypt")
    use_keys("x" * 60)
    run_setup_steps()
    assert LearnerErasure.objects.filter(learner=zuleica).exists()


def level_of_list():
    (finding,) = check_erasure_list()
    return finding.level


def test_a_missing_list_is_reported_and_rebuilt(zuleica, manager, own_folders, said):
    """It is missing where VAR_DIR has changed: others may have been in it whom the database does not know."""
    zuleica.former_addresses.create(team=zuleica.team, email="z@fazendinha.example")
    finish(actions.request_erasure(zuleica, manager))
    assert level_of_list() == Level.OK
    shutil.rmtree(own_folders / "erasures")
    assert level_of_list() == Level.FAIL
    run_setup_steps()
    (words,) = said()
    assert "lacked 2 whom the database knows" in words
    assert str(own_folders / "erasures") in words
    assert level_of_list() == Level.OK
    run_setup_steps()
    assert len(said()) == 1
    go_back(zuleica)
    run_setup_steps()
    assert finish(LearnerErasure.objects.get())


def test_a_missing_entry_is_found_too(team, zuleica, manager, own_folders):
    finish(actions.request_erasure(zuleica, manager))
    (entry,) = (own_folders / "erasures" / str(team.pk)).glob("2*")
    finish(actions.request_erasure(LearnerFactory(team=team), manager))
    entry.unlink()
    assert level_of_list() == Level.FAIL


def test_a_missing_list_is_reported_once_if_there_are_learners(team, own_folders, said):
    """The database may be that of before anybody was erased."""
    run_setup_steps()
    assert said() == []
    (own_folders / "erasures").rmdir()
    LearnerFactory(team=team)
    run_setup_steps()
    (words,) = said()
    assert "There was no list of erased learners" in words
    run_setup_steps()
    assert len(said()) == 1


def test_a_running_erasure_is_not_reported_as_missing(zuleica, manager, own_folders, said):
    (own_folders / "erasures").mkdir()
    erasure = actions.request_erasure(zuleica, manager)
    assert level_of_list() == Level.OK
    run_setup_steps()
    assert said() == []
    finish(erasure)
    assert level_of_list() == Level.OK


def test_an_unwritable_list_stops_the_setup(zuleica, manager, own_folders):
    """A container that has no part in VAR_DIR cannot write it."""
    finish(actions.request_erasure(zuleica, manager))
    shutil.rmtree(own_folders / "erasures")
    (own_folders / "erasures").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be read or written"):
        run_setup_steps()
