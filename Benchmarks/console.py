#!/usr/bin/env python3
"""What an open console, its statistics and ten changes of the configuration a second cost the calls that pass meanwhile.

Rounds without and with them take turns. SLUICE names the program (.build/release/sluice), BENCH_TOOLS the directory of bench-load and
bench-upstream (.build/bench/tools/release). Everything stays on the loopback interface and in a temporary directory. Ends with 1 when a
call or a change has failed.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from harness.processes import Child, await_answer, free_port, load

KEY = "sk-bench"
BODY = '{"model":"plain","messages":[{"role":"user","content":"hello"}]}'
CONFIGURATION = """
providers: {{ upstream: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/v1" }} }}
models: {{ plain: {{ targets: [upstream/plain] }} }}
consumers: {{ load: {{ keys: [env:KEY], limits: [{{ requests: 1000000000, per: day }}] }} }}
storage: {{ database: "sqlite:sluice.db", ledger: true }}
"""
# What pages of the console ask for, with the seconds after which they ask again; two people have each of them open.
PAGES = {"overview?span=hour": 5, "overview?span=day": 5, "limits/usage": 10, "nodes": 5, "health": 5}
READERS = 2
# And statistics that somebody asks for, one after the other, each second one.
STATISTICS = ["usage?span=month&by=model,day", "usage?span=day&by=consumer", "exchanges?limit=50", "exchanges?limit=50&outcome=error",
              "keys?limit=50", "models?limit=500", "revisions?limit=50"]
CHANGES_PER_SECOND = 10
TICKS = os.sysconf("SC_CLK_TCK")


def threads(pid):
    """Seconds of processor time by the name of the thread."""
    spent = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(") ")
        except OSError:
            continue
        fields = rest.split()
        spent[name] = spent.get(name, 0) + (int(fields[11]) + int(fields[12])) / TICKS
    return spent


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
            collection, value = [("models", {"targets": ["upstream/plain"], "reserveOutput": 100 + number}),
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
    arguments.add_argument("--connections", type=int, default=32)
    given = arguments.parse_args()
    program = os.path.abspath(os.environ.get("SLUICE", ".build/release/sluice"))
    tools = pathlib.Path(os.environ.get("BENCH_TOOLS", ".build/bench/tools/release")).resolve()
    cores = sorted(os.sched_getaffinity(0))
    upstream_port, port, admin = free_port(), free_port(), free_port()
    found = {"without": [], "with": []}
    times, faults = {}, []
    with tempfile.TemporaryDirectory(prefix="sluice-console-load-") as place:
        directory = pathlib.Path(place)
        (directory / "sluice.yaml").write_text(CONFIGURATION.format(port=upstream_port))
        children = [Child([str(tools / "bench-upstream"), str(upstream_port)], cores[-1], directory, "upstream")]
        try:
            gateway = Child([program, "serve", "--config", "sluice.yaml", "--gateway", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}"],
                            cores[0], directory, "gateway", {"KEY": KEY})
            children.append(gateway)
            await_answer(gateway, port, BODY, KEY, 20)
            print(f"load of the machine {os.getloadavg()[0]:.1f}, {given.connections} connections, {given.rounds} rounds of {given.seconds} s each", flush=True)
            for kind in [kind for _ in range(given.rounds) for kind in found]:
                administration = Administration(f"http://127.0.0.1:{admin}/api/v1/") if kind == "with" else None
                before = threads(gateway.pid)
                result = load(tools / "bench-load", cores[-1], port, connections=given.connections, seconds=given.seconds, key=KEY)
                spent = {name: seconds - before.get(name, 0) for name, seconds in threads(gateway.pid).items()}
                if administration:
                    administration.stop()
                    faults += administration.faults
                    for name, some in administration.times.items():
                        times.setdefault(name, []).extend(some)
                if result["failures"]:
                    faults.append(f"{result['failures']} calls {kind} administration: {result}")
                found[kind].append((result, spent))
        finally:
            for child in reversed(children):
                child.stop()
    for kind, rounds in found.items():
        answered = sum(result["answered"] for result, _ in rounds)
        every = sorted(sum(spent.values()) / result["answered"] * 1e6 for result, spent in rounds)
        loops = sorted(sum(seconds for name, seconds in spent.items() if name.startswith("NIO-ELT") or name.startswith("loop")) / result["answered"] * 1e6 for result, spent in rounds)
        print(f"{kind:8} {answered} calls, {sum(result['failures'] for result, _ in rounds)} failed; CPU of a call {every[0]:.1f} to {every[-1]:.1f} µs, "
              f"of them event loops {loops[0]:.1f} to {loops[-1]:.1f}; median {statistics.median(result['latency']['p50'] for result, _ in rounds):.0f} µs, "
              f"99 % {statistics.median(result['latency']['p99'] for result, _ in rounds):.0f} µs")
    for name, some in sorted(times.items()):
        print(f"  {name}: {spread(some)}")
    print("threads with the console:", {name: round(seconds, 2) for name, seconds in sorted(found["with"][-1][1].items(), key=lambda pair: -pair[1])[:8]})
    for fault in faults[:10]:
        print("FAILED", fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
