"""A worker process: runs jobs and the services of all rooms (worker_services.py)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from helpdesk.operations.heartbeat import Heartbeat
from helpdesk.operations.job_runner import JobRunner, job_runners
from helpdesk.operations.worker_services import registered_services

logger = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds that running jobs get once the worker is told to stop
LAST_MOMENT = 12.0  # seconds after which it stops regardless
YIELD = 10  # steps of CPU priority


def run(*, is_beside_server: bool = False) -> None:
    """Work until SIGINT or SIGTERM, whatever the database does meanwhile.

    A worker beside a server on the same machine yields to it.
    """
    if is_beside_server:
        os.nice(YIELD)
    stop = threading.Event()
    services = registered_services()
    runners = job_runners(lambda name: heartbeat.turn(name))
    heartbeat = Heartbeat(
        [f"jobs in {runner.name}" for runner in runners] + [service.name for service in services], stop
    )
    threads = [
        _start(service.name, partial(service.run, stop, is_beside_server=is_beside_server), heartbeat)
        for service in services
    ]
    heartbeat.start()
    asyncio.run(_run_jobs(runners, stop))
    for thread in [*threads, heartbeat]:
        thread.join()


def _start(name: str, run_service: Callable[[Callable[[], None]], None], heartbeat: Heartbeat) -> threading.Thread:
    thread = threading.Thread(target=run_service, args=(partial(heartbeat.turn, name),), name=name, daemon=True)
    thread.start()
    return thread


async def _run_jobs(runners: list[JobRunner], stop: threading.Event) -> None:
    """Run the jobs until told to stop, then stop the services too, within LAST_MOMENT in total."""
    asked = asyncio.Event()
    _prepare_loop(runners)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    tasks = [asyncio.create_task(runner.run(PATIENCE)) for runner in runners]
    await asked.wait()
    stop.set()
    # A job in a thread cannot be stopped from outside; unfinished jobs are given to another worker.
    timer = threading.Timer(LAST_MOMENT, _end_nevertheless)
    timer.daemon = True
    timer.start()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _prepare_loop(runners: list[JobRunner]) -> None:
    places = sum(runner.places for runner in runners)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(places + 2, thread_name_prefix="job"))


def _end_nevertheless() -> None:
    logger.error("Some work did not end in %d seconds; this worker ends nevertheless.", LAST_MOMENT)
    os._exit(1)


def run_until_done() -> None:
    """Do everything that is waiting, including follow-up work, then return."""
    services, is_done = registered_services(), False
    while not is_done:
        # Services may create work for each other, in a chain no longer than the number of services.
        for _ in services:
            for service in services:
                service.drain()
        is_done = asyncio.run(_run_jobs_until_done()) == 0


async def _run_jobs_until_done() -> int:
    runners = job_runners()
    _prepare_loop(runners)
    return sum(await asyncio.gather(*(runner.run_until_done() for runner in runners)))
