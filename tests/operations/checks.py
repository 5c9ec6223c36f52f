"""Checks for the doctor, and their findings."""

from helpdesk.operations.doctor.findings import ok, warn

WELL, WARNS, BREAKS = (f"{__name__}.{name}" for name in ("well", "warns", "breaks"))


def levels(found):
    return [finding.level for finding in found]


def only(found):
    """The only finding."""
    (finding,) = found
    return finding


def well():
    yield ok("a", "b")


def breaks():
    raise KeyError("x")
    yield


def warns():
    yield warn("c", "d", "e\nf")
