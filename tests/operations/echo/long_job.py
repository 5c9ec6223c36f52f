"""A job that runs until a test ends it."""

import json
from pathlib import Path

from tests.operations.own_postgres import OwnPostgres

INSERT = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'echo.long', %s) RETURNING id"


class LongJob:
    """The job waits for a worker as soon as it is created."""

    def __init__(self, postgres: OwnPostgres, directory: Path) -> None:
        self._postgres, self._end = postgres, directory / "end"
        self._begun = Path(f"{self._end}.begun")
        with postgres.connect() as connection:
            row = connection.execute(INSERT, [json.dumps({"path": str(self._end)})]).fetchone()
        assert row
        (self._number,) = row

    def has_begun(self) -> bool:
        """Whether a worker has started it."""
        return self._begun.exists()

    def forget_that_it_has_begun(self) -> None:
        """Reset, to see whether it is started again."""
        self._begun.unlink()

    def state(self) -> tuple[str, int] | None:
        """Its status and number of earlier attempts; None once it is done."""
        with self._postgres.connect() as connection:
            return connection.execute(
                "SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [self._number]
            ).fetchone()

    def end(self) -> None:
        """Let it end."""
        self._end.touch()
