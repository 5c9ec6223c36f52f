"""The files in which the processes of one server count together."""

import fcntl
import os
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from helpdesk.operations import instruments, shared_files
from tests.forking import start_fork

pytestmark = pytest.mark.usefixtures("metrics_are_open")


class TestSharedFiles:
    @pytest.mark.skipif(not os.access(shared_files.IN_MEMORY, os.W_OK), reason="this machine has no /dev/shm")
    def test_metric_files_are_kept_in_memory_and_removed_afterwards(self):
        with shared_files.shared_metrics():
            directory = Path(os.environ[shared_files.SHARED_DIRECTORY])
            assert directory.parent == shared_files.IN_MEMORY
            assert directory.stat().st_mode & 0o077 == 0
        assert not directory.exists()
        assert shared_files.SHARED_DIRECTORY not in os.environ

    def test_no_metric_files_exist_without_a_token(self, settings):
        settings.METRICS_TOKEN = ""
        with shared_files.shared_metrics():
            assert shared_files.SHARED_DIRECTORY not in os.environ

    def test_space_for_metric_files_is_reserved_in_advance(self, monkeypatch, tmp_path):
        monkeypatch.setenv(shared_files.SHARED_DIRECTORY, str(tmp_path))
        shared_files.reserve()
        files = sorted(tmp_path.iterdir())
        assert [path.name for path in files] == [f"{kind}_{os.getpid()}.db" for kind in shared_files.KINDS]
        assert all(path.stat().st_blocks * 512 >= shared_files.ROOM for path in files)

    def test_metric_files_of_a_killed_server_are_removed_and_of_a_running_one_kept(self, monkeypatch, tmp_path):
        monkeypatch.setattr(shared_files, "IN_MEMORY", tmp_path)
        for name in ("killed", "running"):
            (tmp_path / f"{shared_files.PREFIX}{name}").mkdir()
            (tmp_path / f"{shared_files.PREFIX}{name}/used").touch()
        with (tmp_path / f"{shared_files.PREFIX}running/used").open() as used:
            fcntl.flock(used, fcntl.LOCK_SH)
            with shared_files.shared_metrics():
                pass
        assert [path.name for path in tmp_path.iterdir()] == [f"{shared_files.PREFIX}running"]

    def test_counts_of_ended_processes_are_added_up(self, monkeypatch, tmp_path):
        monkeypatch.setenv(shared_files.SHARED_DIRECTORY, str(tmp_path))
        ended = [_ended_process() for _ in range(2)]
        for number in (*ended, os.getpid()):
            _count(tmp_path / f"counter_{number}.db", 1)
        for _ in range(2):
            shared_files.merge_ended()
            names = sorted(path.name for path in tmp_path.glob("*.db"))
            assert names == [f"counter_{os.getpid()}.db", "counter_ended.db"]
            families = instruments.collected_registry().collect()
            assert [sample.value for family in families for sample in family.samples] == [3]
        _count(tmp_path / f"counter_{_ended_process()}.db", 4)
        shared_files.merge_ended()
        families = instruments.collected_registry().collect()
        assert [sample.value for family in families for sample in family.samples] == [7]


def _ended_process() -> int:
    process = start_fork(int)
    process.join()
    return process.pid or 0


def _count(path: Path, value: float) -> None:
    numbers = MmapedDict(str(path))
    numbers.write_value(mmap_key("a", "a_total", ["view"], ["home"], "A."), value, 0.0)
    numbers.close()
