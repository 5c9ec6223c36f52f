"""Memory-mapped files in which the processes of one server add up counters and histograms.

The library creates sparse files, and writing to one on a full disk would kill the process with a signal. So their space
is allocated when a process starts, in memory if possible.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # the library's own variable
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - names in it cannot be guessed
PREFIX = "helpdesk-metrics-"
KINDS = ("counter", "histogram")
ROOM = 2**21  # bytes; the labels of all views take a third of it
ENDED = "ended"  # used in place of a process ID for the sums of processes that have ended


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Processes started within this context are counted together, including replacements started later."""
    if not settings.METRICS_TOKEN or SHARED_DIRECTORY in os.environ:
        yield
        return
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    _remove_stale(place)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True) as directory,
        (Path(directory) / "used").open("w") as used,
    ):
        fcntl.flock(used, fcntl.LOCK_SH)
        os.environ[SHARED_DIRECTORY] = directory
        try:
            yield
        finally:
            del os.environ[SHARED_DIRECTORY]


def _remove_stale(place: Path) -> None:
    """Remove files of servers that were killed; running servers hold a lock."""
    for directory in place.glob(f"{PREFIX}*"):
        with suppress(OSError), (directory / "used").open() as used:
            fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory)


@contextmanager
def locked(directory: str) -> Iterator[None]:
    """Prevent other processes from moving numbers between files meanwhile."""
    with (Path(directory) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def reserve() -> None:
    """Allocate this process's files, if processes are counted together. Raises OSError if there is no space."""
    directory = os.environ.get(SHARED_DIRECTORY)
    for kind in KINDS if directory else ():
        descriptor = os.open(f"{directory}/{kind}_{os.getpid()}.db", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, ROOM)
        finally:
            os.close(descriptor)


def merge_ended() -> None:
    """Merge the files of ended processes, so that they don't accumulate. Raises OSError."""
    directory = os.environ.get(SHARED_DIRECTORY)
    if not directory:
        return
    with locked(directory):
        for kind in KINDS:
            files = [path for path in Path(directory).glob(f"{kind}_*.db") if not _is_at_work(path)]
            if len(files) > 1 or (files and not files[0].stem.endswith(ENDED)):
                _merge(files, Path(directory) / f"{kind}_{ENDED}.db")


def _is_at_work(path: Path) -> bool:
    number = path.stem.rpartition("_")[2]
    if number == ENDED:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _merge(files: list[Path], target: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    sums: dict[str, float] = {}
    for path in files:
        for key, value, *_others in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
            sums[key] = sums.get(key, 0.0) + value
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with draft.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, ROOM)
    merged = MmapedDict(str(draft))  # type: ignore[no-untyped-call]
    for key, value in sums.items():
        merged.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
    merged.close()  # type: ignore[no-untyped-call]
    draft.replace(target)
    for path in files:
        if path != target:
            path.unlink()
