"""Tries point-in-time recovery with WAL archiving, and a streaming replica, as docs/operations.md describes them.

`python -m benchmarks.recovery` runs its own PostgreSQL in a temporary directory, with the product's programs: it
archives its WAL, takes a base backup, writes on, loses everything by mistake, and is recovered to the second before.
Then a replica follows it, and its lag under load is printed. Fails if a row is missing.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from django.conf import settings

from benchmarks.intake import ROOT  # noqa: F401 - sets the environment up

ROWS = 20_000
AS_USER = {"user": "nobody"} if os.geteuid() == 0 else {}  # PostgreSQL refuses to run as root


class Cluster:
    """A data directory and its server."""

    def __init__(self, directory, port):
        self.directory, self.port = directory, port
        self.address = f"host={directory.parent} port={port} user=postgres dbname=postgres"

    def start(self):
        """Start it, and wait until it accepts connections."""
        options = f"-k {self.directory.parent} -p {self.port} -c listen_addresses="
        log = self.directory.parent / f"{self.port}.log"
        run("pg_ctl", "-D", self.directory, "-w", "-t", "120", "-l", log, "-o", options, "start")

    def stop(self):
        """Stop it as an operator would."""
        run("pg_ctl", "-D", self.directory, "-w", "-m", "fast", "stop")

    def say(self, statement, *values):
        """The first row of a statement's result."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchone() if cursor.description else None

    def configure(self, text):
        """Add settings for its next start."""
        with (self.directory / "postgresql.conf").open("a") as file:
            file.write(text)


def run(program, *arguments):
    """Run one of PostgreSQL's programs."""
    path = shutil.which(program, path=settings.PG_BIN_DIR or None)
    subprocess.run([path, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, cwd="/", **AS_USER)


def recover(folder, first):
    """Lose the table, and recover the cluster to just before, from base backup and archive, in another directory."""
    begun = time.perf_counter()
    base = folder / "base"
    run("pg_basebackup", "-d", first.address, "-D", base, "--checkpoint=fast", "--wal-method=none")
    print(f"base backup: {time.perf_counter() - begun:.1f} s")
    first.say("INSERT INTO kept SELECT generate_series(%s::int + 1, %s::int * 2)", ROWS, ROWS)
    (moment,) = first.say("SELECT now()::text")
    time.sleep(1)
    first.say("DROP TABLE kept")  # the mistake
    first.say("SELECT pg_switch_wal()")
    time.sleep(2)  # until it is archived
    first.stop()
    begun = time.perf_counter()
    recovered = Cluster(base, 18302)
    recovered.configure(
        f"\nrestore_command = 'cp {folder}/archive/%f %p'\nrecovery_target_time = '{moment}'\n"
        "recovery_target_action = 'promote'\n"
    )
    (base / "recovery.signal").touch()
    own(base / "recovery.signal")
    recovered.start()
    while recovered.say("SELECT pg_is_in_recovery()") == (True,):
        time.sleep(0.1)
    (count,) = recovered.say("SELECT count(*) FROM kept")
    print(f"recovered to the second before: {count:,} of {2 * ROWS:,} rows, in {time.perf_counter() - begun:.1f} s")
    assert count == 2 * ROWS
    return recovered


def replicate(folder, first):
    """Let a second server follow the first, and measure how long until written rows arrive there."""
    second = Cluster(folder / "replica", 18303)
    run("pg_basebackup", "-d", first.address, "-D", second.directory, "--checkpoint=fast", "-R", "-X", "stream")
    second.configure("\nrestore_command = ''\nrecovery_target_time = ''\n")  # override those of the recovery
    second.start()
    delays = []
    for number in range(20):
        first.say("INSERT INTO kept SELECT generate_series(1, 5000)")
        (written,) = first.say("SELECT pg_current_wal_lsn()::text")
        begun = time.perf_counter()
        while second.say("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written) != (True,):
            assert time.perf_counter() - begun < 60, number
        delays.append(time.perf_counter() - begun)
    delays.sort()
    print(f"replica: behind by {delays[10] * 1000:.0f} ms in the middle, {delays[-1] * 1000:.0f} ms at most")
    second.stop()


def own(path):
    """Give the path to the user that PostgreSQL runs as."""
    if AS_USER:
        shutil.chown(path, **AS_USER)


def main():
    with tempfile.TemporaryDirectory(prefix="recovery-") as name:
        folder = Path(name)
        own(folder)
        first = Cluster(folder / "data", 18301)
        run("initdb", "-D", first.directory, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale")
        archive = folder / "archive"
        archive.mkdir()
        own(archive)
        first.configure(f"\narchive_mode = on\narchive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'\n")
        first.start()
        first.say(f"CREATE TABLE kept AS SELECT generate_series(1, {ROWS}) AS number")
        recovered = recover(folder, first)
        replicate(folder, recovered)
        recovered.stop()


if __name__ == "__main__":
    main()
