"""The error of all backup commands."""


class BackupError(Exception):
    """A sentence that says what is wrong and what to do."""
