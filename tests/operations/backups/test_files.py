"""The file of a backup: it reads as it was written, or is refused as damaged."""

import io
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpdesk.operations.backups import archive, encryption
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.encryption import key_of
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.rotation import backups_in, expired, name_of
from tests.operations.backups.archives import KEY

pytestmark = pytest.mark.usefixtures("in_english")
DUMP = bytes(range(256)) * 9000  # more than two pieces


@pytest.fixture(params=[KEY, ""], ids=["encrypted", "plain"])
def backup_key(request):
    return request.param


def write(path, key, *, files=None, leave_out=(), **changes):
    """A backup with a dump and some files; some of them may be left out of it."""
    dump = path.with_suffix(".dump")
    dump.write_bytes(DUMP)
    with archive.writing(path, key) as writer:
        manifest = Manifest("2026-11-26T12:00:00+00:00", "18.1", ["teams.0001_initial"], {"a": [1, "2"]}, [])
        manifest.dump = writer.add_dump(dump)
        for name, content in (files or {"2026/11/ab": b"a file"}).items():
            manifest.files[name] = writer.add_file(name, io.BytesIO(content), len(content))
        manifest.files = changes.pop("promised", manifest.files)
        for name, value in changes.items():
            setattr(manifest, name, value)
        if "manifest" not in leave_out:
            writer.add_manifest(manifest)
    return path


@pytest.fixture
def backup_file(tmp_path, backup_key):
    return write(tmp_path / "one.backup", backup_key)


def test_a_backup_reads_as_it_was_written(backup_file, backup_key):
    taken, dump = {}, io.BytesIO()
    manifest = archive.read(
        backup_file, backup_key, dump=dump, take_file=lambda name, file: taken.update({name: file.read()})
    )
    assert (dump.getvalue(), taken) == (DUMP, {"2026/11/ab": b"a file"})
    assert manifest.tables == {"a": [1, "2"]}
    assert list(manifest.files) == ["2026/11/ab"]


def test_an_encrypted_backup_reveals_nothing(tmp_path):
    files = {"2026/11/zuleica": b"Zuleica"}
    content = write(tmp_path / "one.backup", KEY, files=files).read_bytes()
    assert b"uleica" not in content
    assert b"manifest" not in content
    assert b"uleica" in write(tmp_path / "two.backup", "", files=files).read_bytes()


@pytest.mark.parametrize("left", [0, 1, 10, 40, 60, 600, 0.3, 0.6, 0.95, 0.99])
def test_a_truncated_backup_is_refused(backup_file, backup_key, left):
    content = backup_file.read_bytes()
    backup_file.write_bytes(content[: left if isinstance(left, int) else int(len(content) * left)])
    with pytest.raises(BackupError):
        archive.read(backup_file, backup_key)


def test_a_backup_truncated_between_two_pieces_is_refused(tmp_path):
    path = write(tmp_path / "one.backup", KEY)
    header = len(encryption.MAGIC) + encryption.SALT + encryption.PREFIX
    path.write_bytes(path.read_bytes()[: header + 2 * (encryption.PIECE + encryption.TAG)])
    with pytest.raises(BackupError, match="cut off"):
        archive.read(path, KEY)


@pytest.mark.parametrize("place", [0.001, 0.2, 0.5, 0.9])
def test_a_modified_backup_is_refused(backup_file, backup_key, place):
    content = bytearray(backup_file.read_bytes())
    content[int(len(content) * place)] ^= 1
    backup_file.write_bytes(content)
    with pytest.raises(BackupError):
        archive.read(backup_file, backup_key)


def test_swapped_pieces_are_refused(tmp_path):
    path = write(tmp_path / "one.backup", KEY)
    content, begin = path.read_bytes(), len(encryption.MAGIC) + encryption.SALT + encryption.PREFIX
    size = encryption.PIECE + encryption.TAG
    first, second = content[begin : begin + size], content[begin + size : begin + 2 * size]
    path.write_bytes(content[:begin] + second + first + content[begin + 2 * size :])
    with pytest.raises(BackupError):
        archive.read(path, KEY)


@pytest.mark.parametrize("promised", [{}, {"2026/11/ab": [6, "0"]}, {"2026/11/gone": [1, "1"]}])
def test_a_manifest_that_does_not_match_the_content_is_refused(tmp_path, backup_key, promised):
    with pytest.raises(BackupError, match="damaged"):
        archive.read(write(tmp_path / "one.backup", backup_key, promised=promised), backup_key)


def test_a_backup_without_a_manifest_is_refused(tmp_path, backup_key):
    with pytest.raises(BackupError, match="manifest"):
        archive.read(write(tmp_path / "one.backup", backup_key, leave_out=["manifest"]), backup_key)


def test_a_backup_of_a_later_format_is_refused(tmp_path, backup_key):
    with pytest.raises(BackupError, match="later version"):
        archive.read(write(tmp_path / "one.backup", backup_key, format=archive.FORMAT + 1), backup_key)


def test_another_tar_is_refused(tmp_path):
    path = tmp_path / "photos.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(__file__, "photo.jpg")
    with pytest.raises(BackupError, match="not a Helpdesk backup"):
        archive.read(path, "")


@pytest.mark.usefixtures("in_english", "house")
class TestCommand:
    """What `restore` says before it looks at any database."""

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [("another key, 0123456789", "key does not fit"), ("", "is encrypted: set BACKUP_KEY"), ("short", "too short")],
    )
    def test_a_wrong_key_is_refused(self, settings, tmp_path, given, sentence):
        settings.BACKUP_KEY = given
        with pytest.raises(CommandError, match=sentence):
            call_command("restore", write(tmp_path / "one.backup", KEY))

    def test_the_key_can_be_read_from_a_file(self, settings, tmp_path):
        settings.BACKUP_KEY = "another key, 0123456789"
        (tmp_path / "key").write_text(f"{KEY}\n")
        path = write(tmp_path / "one.backup", KEY, migrations=["teams.9999_later"])
        with pytest.raises(CommandError, match=r"later version of Helpdesk, with teams\.9999_later"):
            call_command("restore", path, key_file=tmp_path / "key")
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("restore", path, key_file=tmp_path / "nothing")

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read: No such file"):
            call_command("restore", tmp_path / "nothing.backup")
        with pytest.raises(CommandError, match="cannot be read: Is a directory"):
            call_command("restore", tmp_path)

    def test_negative_numbers_are_refused(self, tmp_path):
        with pytest.raises(CommandError, match="0 or more"):
            call_command("backup", to=tmp_path, days=-1)
        with pytest.raises(CommandError, match="0 or more"):
            call_command("backup", to=tmp_path, hours=-1)


def test_a_guessable_key_is_refused():
    assert key_of("  ") == ""
    assert key_of(f" {KEY}\n") == KEY
    with pytest.raises(BackupError, match="too short"):
        key_of("helpdesk")


class TestRotation:
    def kept(self, moments, **most):
        paths = [Path(name_of(moment)) for moment in moments]
        gone = expired(paths, **({"hours": 0, "days": 0, "weeks": 0, "months": 0} | most))
        return [path for path in paths if path not in gone]

    def test_the_newest_backup_of_each_recent_day_week_and_month_is_kept(self):
        now = datetime(2026, 11, 26, 12, tzinfo=UTC)
        hourly = [now - timedelta(hours=12 * number) for number in range(2 * 400)]
        kept = self.kept(hourly, days=7, weeks=5, months=12)
        assert len(kept) == len(set(kept))
        assert [path.name for path in kept[:3]] == [
            "helpdesk-20261126T120000Z.backup",
            "helpdesk-20261125T120000Z.backup",
            "helpdesk-20261124T120000Z.backup",
        ]
        assert len(self.kept(hourly, days=7)) == 7
        assert len(self.kept(hourly, weeks=5)) == 5
        assert [path.name[9:15] for path in self.kept(hourly, months=3)] == ["202611", "202610", "202609"]

    def test_the_newest_backup_of_each_recent_hour_is_kept(self):
        now = datetime(2026, 11, 26, 12, 40, tzinfo=UTC)
        moments = [now - timedelta(minutes=20 * number) for number in range(3 * 40)]
        kept = self.kept(moments, hours=24)
        assert len(kept) == 24
        assert [path.name[18:22] for path in kept[:3]] == ["1240", "1140", "1040"]

    def test_hourly_rotation_keeps_one_nightly_backup(self):
        nights = [datetime(2026, 11, number, 3, 20, tzinfo=UTC) for number in range(1, 27)]
        assert len(self.kept(nights, hours=24)) == 1

    def test_a_backup_before_an_upgrade_does_not_replace_the_nightly_one(self):
        night, now = datetime(2026, 11, 26, 3, 20, tzinfo=UTC), datetime(2026, 11, 26, 10, 5, tzinfo=UTC)
        assert len(self.kept([night, now], hours=24, days=7)) == 2

    def test_days_without_a_backup_do_not_count(self):
        now = datetime(2026, 11, 26, 12, tzinfo=UTC)
        assert len(self.kept([now - timedelta(days=30 * number) for number in range(9)], days=7)) == 7

    def test_the_newest_backup_is_always_kept(self):
        assert len(self.kept([datetime(2026, 11, number, tzinfo=UTC) for number in range(1, 9)])) == 1

    def test_other_files_are_ignored(self, tmp_path):
        for name in ("helpdesk-20261126T120000Z.backup", "helpdesk-20261126T120000Z.backup.part", "letter.txt"):
            (tmp_path / name).touch()
        assert [path.name for path in backups_in(tmp_path)] == ["helpdesk-20261126T120000Z.backup"]
        assert backups_in(tmp_path / "nothing") == []
