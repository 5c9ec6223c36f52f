"""What can be wrong with a backup, said to the operator."""


class BackupError(Exception):
    """A sentence that says what is wrong and what to do."""
