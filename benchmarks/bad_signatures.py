"""How fast the intake answers authentic events while others flood it with badly signed ones.

Run by `make bench`. The flooding senders have another address (127.0.0.2), unless `--same-caller` is given, and send
the next request as soon as the last is answered. Meanwhile new signed events arrive at a fixed rate, and the login page
is requested. Times are measured from the moment at which a request was due.
"""

import argparse
import http.client
import multiprocessing
import threading
import time

from benchmarks.servers import PORT, run_server
from benchmarks.slow_bodies import print_beside
from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source


def flood(path, size, senders, caller, answers):
    """Never returns; runs in its own process, and counts the responses."""

    def work(number):
        body = f"{number:08}".encode() + b"a" * (size - 8)
        while True:
            client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30, source_address=(caller, 0))
            try:
                while True:
                    client.request("POST", path, body, {"x-signature": "a" * 64})
                    response = client.getresponse()
                    response.read()
                    with answers.get_lock():
                        answers[response.status] += 1
            except (OSError, http.client.HTTPException):
                client.close()

    end_with_parent()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--senders", type=int, nargs="+", default=[0, 16, 40])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--same-caller", action="store_true")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--rate", type=int, default=50)
    options = parser.parse_args()
    team = create_team("Benchmark", f"bad-{time.time()}@example.com")
    source, key = create_source(team, "Benchmark")
    spawn = multiprocessing.get_context("spawn")
    caller = "127.0.0.1" if options.same_caller else "127.0.0.2"
    for senders in options.senders:
        answers = spawn.Array("i", 600)
        attack = spawn.Process(target=flood, args=(source.intake_path, options.size, senders, caller, answers))
        process = run_server("ours", "helpdesk.wsgi:application")
        try:
            print_beside(attack, source, key.key, options, f"{senders:4} senders of {options.size} bytes")
            print("      answers to them:", {code: count for code, count in enumerate(answers) if count}, flush=True)
        finally:
            attack.kill()
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
