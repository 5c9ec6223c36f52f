"""How fast the intake answers while 200 sockets send bodies that never end.

Run by `make bench`; `--servers` compares our server with others (servers.py), if they are installed. Each socket sends
a byte per second to the login page, to the API without a token, or to the intake with a wrong signature; if the server
closes it, another is opened after a second. Meanwhile new signed events arrive at a fixed rate, and the login page is
requested. Times are measured from the moment at which a request was due.
"""

import argparse
import asyncio
import http.client
import multiprocessing
import queue
import random
import statistics
import threading
import time

from benchmarks.intake import invent
from benchmarks.servers import PORT, run_server
from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source

SENDERS = 16
PATIENCE = 5  # seconds


def heads(source):
    """The heads of requests whose bodies will never be complete."""
    tail = "Host: localhost\r\nContent-Length: 100000\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=" + "a" * 32 + "\r\n\r\n"
    return [
        f"POST /accounts/login/ HTTP/1.1\r\n{tail}\r\n",
        f"POST /accounts/login/ HTTP/1.1\r\n{tail}{form}",
        f"POST /api/v1/tickets HTTP/1.1\r\n{tail}Content-Type: application/json\r\n\r\n",
        f"POST {source.intake_path} HTTP/1.1\r\n{tail}x-signature: {'a' * 64}\r\n\r\n",
        f"POST {source.intake_path} HTTP/1.1\r\n{tail}\r\n",
    ]


async def drip(head, is_first=True):
    """Send the head and then a byte per second, again and again."""
    while True:
        await asyncio.sleep(random.random() if is_first else 1)
        is_first = False
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.write(head.encode())
            answer = asyncio.ensure_future(reader.read())
            while not (await asyncio.wait([answer], timeout=1))[0]:
                writer.write(b"a")
            writer.close()
        except OSError:
            pass


def drip_all(beginnings, sockets):
    """Never returns; runs in its own process, so that it does not slow down the measurement."""

    async def run():
        await asyncio.gather(*[drip(beginnings[number % len(beginnings)]) for number in range(sockets)])

    end_with_parent()
    asyncio.run(run())


def send_at_rate(requests, rate):
    """Milliseconds of each response, or None for those without a good one."""
    due, times = queue.Queue(), []

    def work():
        client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
        while (item := due.get()) is not None:
            at, method, path, body, headers = item
            try:
                client.request(method, path, body, headers)
                response = client.getresponse()
                response.read()
                times.append((time.perf_counter() - at) * 1000 if response.status == 200 else None)
            except (OSError, http.client.HTTPException):
                client.close()
                times.append(None)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    for place, request in enumerate(requests):
        at = started + place / rate
        time.sleep(max(0, at - time.perf_counter()))
        due.put((at, *request))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return times


def measure(source, key, options):
    """The response times of the intake and of a page."""
    events = [
        ("POST", source.intake_path, body, {"x-signature": signature, "content-type": "application/json"})
        for body, signature in invent(options.rate * options.seconds, key, f"slow-{time.time()}")
    ]
    pages = [("GET", "/accounts/login/", None, {})] * (5 * options.seconds)
    results = {}
    runs = {"intake": (events, options.rate), "page": (pages, 5)}
    threads = [
        threading.Thread(target=lambda name=name, run=run: results.update({name: send_at_rate(*run)}))
        for name, run in runs.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def print_beside(attack, source, key, options, label):
    """Start the attack and print response times during it, once the server has warmed up."""
    send_at_rate([("GET", "/accounts/login/", None, {})] * 20, 20)
    attack.start()
    time.sleep(3)
    for name, times in measure(source, key, options).items():
        good = sorted(taken for taken in times if taken is not None)
        quantiles = statistics.quantiles(good, n=100) if len(good) > 1 else [float("nan")] * 99
        print(
            f"{label}   {name:7} p50 {quantiles[49]:7.1f} ms   "
            f"p99 {quantiles[98]:7.1f} ms   {len(times) - len(good)} of {len(times)} not answered",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", nargs="+", default=["ours"])
    parser.add_argument("--application", default="helpdesk.wsgi:application")
    parser.add_argument("--sockets", type=int, nargs="+", default=[0, 200])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=50)
    options = parser.parse_args()
    source, key = create_source(create_team("Benchmark", f"slow-{time.time()}@example.com"), "Benchmark")
    beginnings = heads(source)
    for server in options.servers:
        for sockets in options.sockets:
            process = run_server(server, options.application)
            attack = multiprocessing.get_context("spawn").Process(target=drip_all, args=(beginnings, sockets))
            try:
                print_beside(attack, source, key.key, options, f"{server:13} {sockets:4} sockets")
            finally:
                attack.kill()
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
