"""How many new help requests a second the intake stores, compared with a bare view.

Run by `make bench`; `--servers` compares our server with others (servers.py), if they are installed. Signed events over
8 keep-alive connections, from a client process on the same machine. After a warm-up, each server gets several rounds in
turn, of which the median counts. The intake is measured without a worker, and with one that has already processed the
earlier rounds and processes this one.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ["TRIAL"] = "1"

import local_environment

local_environment.prepare()

import django

django.setup()

from django.db import connection
from django.utils import timezone

from benchmarks.servers import PORT, run_server
from helpdesk.demo.simulation import invent_event
from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.server import end_with_parent
from helpdesk.operations.worker_services import registered_services
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source
from webhooks.models import Delivery
from webhooks.signature import sign

CONNECTIONS = 8
APPLICATIONS = {
    "intake": "helpdesk.wsgi:application",
    "working": "helpdesk.wsgi:application",
    "bare": "benchmarks.bare:application",
}


def send(path, requests):
    """Send over `connections`; returns requests per second. Raises if a response is not 200."""
    queue = iter(requests)
    lock = threading.Lock()
    failures = []

    def work():
        client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        while True:
            with lock:
                request = next(queue, None)
            if request is None:
                return
            body, signature = request
            client.request("POST", path, body, {"x-signature": signature, "content-type": "application/json"})
            response = client.getresponse()
            response.read()
            if response.status != 200:
                failures.append(response.status)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:5]
    return len(requests) / (time.perf_counter() - started)


def run_worker():
    """Run a worker as `manage.py serve` does, and wait until it is working."""
    command = [sys.executable, str(ROOT / "manage.py"), "worker", "--beside-server"]
    environment = os.environ | {"LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent)
    while not WorkerHeartbeat.objects.filter(name__endswith=f":{process.pid}").exists():
        time.sleep(0.1)
    return process


def drain():
    """Process what other benchmarks have left for workers."""
    for service in registered_services():
        service.drain()


def invent(count, key, seed):
    random, now = Random(seed), timezone.now()
    bodies = [json.dumps(invent_event(random, "nutror.learner_help", now)).encode() for _ in range(count)]
    return [(body, sign(body, key)) for body in bodies]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", nargs="+", default=["ours"])
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    team = create_team("Benchmark", f"benchmark-{time.time()}@example.com")
    source, signing_key = create_source(team, "Benchmark")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_delivery (id bigserial PRIMARY KEY, body bytea NOT NULL)")
    rates = {}
    for round_number in range(options.rounds):
        for server in options.servers:
            for name, application in APPLICATIONS.items():
                process = run_server(server, application, signing_key.key)
                worker = run_worker() if name == "working" else None
                try:
                    send(source.intake_path, invent(200, signing_key.key, f"warm-{time.time()}"))
                    while worker and Delivery.objects.waiting().exists():
                        time.sleep(0.1)
                    requests = invent(options.count, signing_key.key, f"{round_number}-{server}-{name}-{time.time()}")
                    rates.setdefault((server, name), []).append(send(source.intake_path, requests))
                finally:
                    for each in filter(None, [process, worker]):
                        each.terminate()
                        each.wait()
    for server in options.servers:
        intake, working, bare = (statistics.median(rates[server, name]) for name in APPLICATIONS)
        print(f"{server:9} intake {intake:6.0f}/s   bare {bare:6.0f}/s   {intake / bare:4.0%}")
        print(f"{server:9} with a worker at work {working:6.0f}/s   {working / bare:4.0%}")


if __name__ == "__main__":
    main()
