#!/usr/bin/env python3
"""What an open console, its statistics and ten changes of the configuration a second cost the calls that pass meanwhile.

Rounds of nginx, and of a gateway with an issued key, five limits and the ledger without and with them, take turns. Needs the release
build (or SLUICE, another one); everything stays on the loopback interface. Ends with 1 when a call or a change has failed.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request

from bench import Bench
from harness import gateways
from harness.processes import load

# What pages of the console ask for, with the seconds after which they ask again; two people have each of them open.
PAGES = {"overview?span=hour": 5, "overview?span=day": 5, "limits/usage": 10, "nodes": 5, "health": 5}
READERS = 2
# And statistics that somebody asks for, one after the other, each second one.
STATISTICS = ["usage?span=month&by=model,day", "usage?span=day&by=consumer", "exchanges?limit=50", "exchanges?limit=50&outcome=error",
              "keys?limit=50", "models?limit=500", "revisions?limit=50"]
CHANGES_PER_SECOND = 10


def threads(pid):
    """Seconds of processor time of event loops, and of all other threads."""
    loops, others = 0, 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name, spent = (task / "comm").read_text(), int((task / "schedstat").read_text().split()[0]) / 1e9
        except OSError:
            continue
        if name.startswith(("NIO-ELT", "nginx")):
            loops += spent
        else:
            others += spent
    return loops, others


class Administration:
    """Everything that happens on the admin plane during a round."""

    def __init__(self, address):
        self.address, self.end, self.lock = address, threading.Event(), threading.Lock()
        self.times, self.faults = {}, []
        jobs = [(self.watch, path, pause) for path, pause in PAGES.items() for _ in range(READERS)]
        self.threads = [threading.Thread(target=job, args=arguments) for job, *arguments in [*jobs, (self.query,), (self.change,)]]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.end.set()
        for thread in self.threads:
            thread.join()

    def call(self, kind, method, path, body=None, etag=None):
        request = urllib.request.Request(self.address + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("content-type", "application/json")
        if etag:
            request.add_header("if-match", etag)
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
                etag = answer.headers["etag"]
        except (OSError, urllib.error.HTTPError) as error:
            text = error.read()[:300] if isinstance(error, urllib.error.HTTPError) else ""
            with self.lock:
                self.faults.append(f"{method} {path}: {error} {text}")
        with self.lock:
            self.times.setdefault(kind, []).append((time.monotonic() - begun) * 1000)
        return etag

    def watch(self, path, pause):
        while not self.end.is_set():
            self.call(path, "GET", path)
            self.end.wait(pause)

    def query(self):
        for number in range(1_000_000):
            if self.end.wait(1):
                return
            self.call("statistics", "GET", STATISTICS[number % len(STATISTICS)])

    def change(self):
        """Models and consumers by turns, each time with another value; the answer says that it has taken effect."""
        begun = time.monotonic()
        for number in range(1_000_000):
            if self.end.wait(max(0, begun + number / CHANGES_PER_SECOND - time.monotonic())):
                return
            collection, value = [("models", {"targets": ["bench/plain"], "reserveOutput": 100 + number}),
                                 ("consumers", {"limits": [{"requests": 1000 + number, "per": "day"}]})][number % 2]
            path = f"{collection}/changed-{number // 2 % 5}"
            etag = self.current(path)
            self.call("change", "PUT", path, value, etag)

    def current(self, path):
        try:
            with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                return answer.headers["etag"]
        except urllib.error.HTTPError:
            return None


def spread(times):
    ordered = sorted(times)
    return f"{len(times)}, median {statistics.median(times):.1f} ms, 99 % {ordered[int(len(ordered) * 0.99)]:.1f} ms, longest {ordered[-1]:.1f} ms"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--connections", type=int, default=64)
    given = arguments.parse_args()
    given.sluice = os.environ.get("SLUICE")
    bench = Bench(given)
    bench.build()
    bench.start_upstream()
    nginx, sluice = gateways.Nginx(bench), gateways.LimitedSluice(bench)
    rounds = {"nginx": (nginx, []), "without": (sluice, []), "with": (sluice, [])}
    times, faults = {}, []
    try:
        nginx.start()
        sluice.start()
        print(f"load of the machine {os.getloadavg()[0]:.1f}, {given.connections} connections, {given.rounds} rounds of {given.seconds} s each", flush=True)
        for kind in [kind for _ in range(given.rounds) for kind in rounds]:
            gateway, found = rounds[kind]
            administration = Administration(f"http://127.0.0.1:{sluice.admin_port}/api/v1/") if kind == "with" else None
            before = threads(gateway.pid)
            result = load(bench.load, bench.cores["load"], gateway.port, connections=given.connections, seconds=given.seconds, key=gateway.key)
            loops, others = (after - first for after, first in zip(threads(gateway.pid), before))
            if administration:
                administration.stop()
                faults += administration.faults
                for name, some in administration.times.items():
                    times.setdefault(name, []).extend(some)
            if result["failures"]:
                faults.append(f"{result['failures']} calls {kind}: {result}")
            found.append((result, loops / result["answered"] * 1e6, others / result["answered"] * 1e6))
            sluice.settle()
    finally:
        nginx.stop()
        sluice.stop()
        bench.upstream.stop()
    report(rounds, times)
    for fault in faults[:10]:
        print("FAILED", fault, file=sys.stderr)
    return 1 if faults else 0


def report(rounds, times):
    cost = {}
    for kind, (_, found) in rounds.items():
        loops, others = (statistics.median(one[index] for one in found) for index in (1, 2))
        cost[kind] = loops, others
        print(f"{kind:8} {sum(one[0]['answered'] for one in found)} calls, {sum(one[0]['failures'] for one in found)} failed; "
              f"CPU of a call {loops + others:.1f} µs, of it event loops {loops:.1f}; "
              f"median {statistics.median(one[0]['latency']['p50'] for one in found):.0f} µs, "
              f"99 % {statistics.median(one[0]['latency']['p99'] for one in found):.0f} µs")
    for name, some in sorted(times.items()):
        print(f"  {name}: {spread(some)}")
    # What other threads do for calls is known without a console; the rest of their work is the admin plane's own.
    for kind in ("without", "with"):
        print(f"data plane {kind} the console: {(cost[kind][0] + cost['without'][1]) / sum(cost['nginx']):.2f} × nginx")


if __name__ == "__main__":
    sys.exit(main())
