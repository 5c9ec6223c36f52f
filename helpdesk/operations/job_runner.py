"""Runs jobs; each queue has its own places, so that urgent jobs don't wait for others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from copy import copy
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.periodic import PeriodicTask

from helpdesk.operations.job_connection import JobConnector
from helpdesk.operations.job_manager import RecoveringJobManager
from helpdesk.operations.request_ids import job_id_middleware
from helpdesk.operations.tracing import job_span_middleware

logger = logging.getLogger(__name__)

REST = "default"
POLL = 2.0  # seconds between polls for jobs
HEARTBEAT = 1.0  # seconds within which a runner notices that it lost its connection, and with it its lock
LONGEST_PAUSE = 2.0  # seconds
LONGEST_JOB = 3600.0  # seconds
LOST_WORKER_KEPT = 600.0  # seconds


class JobRunner:
    """Runs up to `places` jobs of some queues concurrently; calls `turn` every few seconds as a sign of life."""

    def __init__(self, name: str, queues: list[str], places: int, turn: Callable[[], None] = lambda: None) -> None:
        self.name, self.queues, self.places = name, queues, places
        connector = JobConnector(answered=turn)
        self._jobs = RecoveringJobManager(connector)
        # An app of its own with the same tasks, so that it has its own connection. A task that defers a job still uses
        # Django's connection, in its own transaction.
        self._app = DjangoApp(connector=connector)
        self._app.job_manager, self._app.tasks = self._jobs, app.tasks
        for periodic in app.periodic_registry.periodic_tasks.values():
            if periodic.task.queue in queues:
                self._defer(periodic)

    def _defer(self, periodic: PeriodicTask[..., Any, ...]) -> None:
        """Have this runner queue the periodic jobs of its queues, through its own reconnecting connection."""
        task = copy(periodic.task)
        task.blueprint = self._app
        self._app.periodic_registry.register_task(
            task=task,
            cron=periodic.cron,
            periodic_id=periodic.periodic_id,
            configure_kwargs=periodic.configure_kwargs,
        )

    async def run(self, patience: float) -> None:
        """Run until cancelled, then wait at most `patience` seconds for running jobs."""
        pause = 0.1
        try:
            while True:
                try:
                    await self._run_worker(wait=True, patience=patience)
                    logger.error("The runner of the jobs in %s ended by itself; it starts again.", self.name)
                except Exception:
                    logger.exception("The runner of the jobs in %s failed; it starts again.", self.name)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
        finally:
            await self._app.connector.close_async()

    async def run_until_done(self) -> int:
        """Run until no job of these queues is waiting; returns how many were run."""
        self._jobs.fetched = 0
        try:
            await self._run_worker(wait=False, patience=LONGEST_JOB)
        finally:
            await self._app.connector.close_async()
        return self._jobs.fetched

    async def _run_worker(self, *, wait: bool, patience: float) -> None:
        await self._app.run_worker_async(
            name=self.name,
            queues=self.queues,
            concurrency=self.places,
            wait=wait,
            fetch_job_polling_interval=POLL,
            shutdown_graceful_timeout=patience,
            delete_jobs="successful",
            worker_middleware=[job_id_middleware, job_span_middleware],
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            # This only removes old rows (lost_workers.py gives a lost worker's jobs to others). If it ran sooner, it
            # would take workers for lost that have not been heard from yet since the database came back.
            stalled_worker_timeout=LOST_WORKER_KEPT,
        )


def job_runners(turn: Callable[[str], None] = lambda name: None) -> list[JobRunner]:
    """A runner for each queue with its own places, and one for all other queues."""
    places: dict[str, int] = settings.WORKER_PLACES
    others = {task.queue for task in app.tasks.values()} - set(places) | {REST}

    def runner(name: str, queues: list[str]) -> JobRunner:
        return JobRunner(name, queues, places[name], lambda: turn(f"jobs in {name}"))

    return [runner(name, [name] if name != REST else sorted(others)) for name in places]
