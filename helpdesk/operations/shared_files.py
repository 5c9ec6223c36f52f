"""Where the processes of one server count together: a file each for counters and for histograms, mapped into memory.

The library makes these files sparse, and writing to one whose disk has become full would end the process by a signal.
So their room is taken when a process starts, where possible in memory.
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

SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # as the library calls it
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the name of the one of ours cannot be guessed
PREFIX = "helpdesk-metrics-"
KINDS = ("counter", "histogram")
ROOM = 2**21  # bytes; the labels of all views take up a third of it
ENDED = "ended"  # in the place of a process ID: what processes counted that are gone


@contextmanager
def shared_metrics() -> Iterator[None]:
    """The processes that are started within count together, those too that take the place of others."""
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
    """Remove what servers left that were killed; those that run hold a lock."""
    for directory in place.glob(f"{PREFIX}*"):
        with suppress(OSError), (directory / "used").open() as used:
            fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory)


@contextmanager
def locked(directory: str) -> Iterator[None]:
    """While no other process moves numbers from file to file."""
    with (Path(directory) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def reserve() -> None:
    """Take the room of this process's files, where processes count together. Raises OSError where there is none."""
    directory = os.environ.get(SHARED_DIRECTORY)
    for kind in KINDS if directory else ():
        descriptor = os.open(f"{directory}/{kind}_{os.getpid()}.db", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, ROOM)
        finally:
            os.close(descriptor)


def merge_ended() -> None:
    """Add up what processes counted that are gone, so that these do not leave more and more files. Raises OSError."""
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
