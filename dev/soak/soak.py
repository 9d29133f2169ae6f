"""Calls the gateway from many connections while providers fail and the configuration changes, and checks every answer.

Every answer must belong to its request and be what its kind of call must give. At the end nothing may be left open, memory must
not have grown, every exchange must be in the access log once, and the program must drain and end with 0.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from calls import KEY, Tally, call_until_done

CONFIGURATION = """
server:
  retryBudget: {{ ratio: 1, floor: 1000 }}
providers:
  first: {{ kind: openai-compatible, url: http://127.0.0.1:{ports[0]}/v1, keys: [env:UP_KEY] }}
  second: {{ kind: openai-compatible, url: http://127.0.0.1:{ports[1]}/v1, keys: [env:UP_KEY] }}
models:
  m:
    targets: [first/up, second/up]
    retry: {{ attempts: 0 }}
    parameters: {{ default: {{ x_revision: {revision} }} }}
consumers:
  soak: {{ keys: [env:SOAK_KEY] }}
"""
MIB = 1 << 20


class Program:
    """The gateway."""

    def __init__(self, place, ports):
        self.place, self.ports = place, ports
        self.configuration = os.path.join(place, "sluice.yaml")
        self.output = os.path.join(place, "access.log")
        self.log = os.path.join(place, "program.log")
        self.revision = 0
        self.save()
        arguments = [os.environ["SLUICE"], "serve", "--config", self.configuration, "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        environment = {"PATH": os.environ["PATH"], "HOME": place, "UP_KEY": "sk-up", "SOAK_KEY": KEY}
        with open(self.output, "wb") as output, open(self.log, "wb") as log:
            self.process = subprocess.Popen(arguments, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=log)
        self.port = self.listening("gateway")
        self.admin = self.listening("admin")

    def listening(self, plane):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with open(self.log) as file:
                for line in file:
                    if "listening" in line and f"plane={plane}" in line:
                        return int(re.search(r"address=\S+:(\d+)", line).group(1))
            time.sleep(0.01)
        raise SystemExit(f"the {plane} plane does not listen:\n{open(self.log).read()}")

    def save(self, mistake=False):
        self.revision += 0 if mistake else 1
        text = CONFIGURATION.format(ports=self.ports, revision=self.revision)
        temporary = self.configuration + ".new"
        with open(temporary, "w") as file:
            file.write(text.replace("targets:", "targtes:") if mistake else text)
        os.replace(temporary, self.configuration)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS:"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            totals = collections.Counter()
            for line in answer.read().decode().splitlines():
                found = re.match(r'([a-z_]+)(\{.*\})? (\S+)$', line)
                if found:
                    totals[found.group(1)] += float(found.group(3))
                    result = re.search(r'result="(\w+)"', found.group(2) or "")
                    if result:
                        totals[f"{found.group(1)} {result.group(1)}"] += float(found.group(3))
            return totals

    def reload(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin}/config/reload", method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def revision_in_use(self):
        """The revision that the configuration puts into requests, as the provider echoes it."""
        body = b'{"model":"m","messages":[{"role":"user","content":"x"}],"soak":{"nonce":"0","fault":""}}'
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/chat/completions", body, {"authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["x_revision"]


async def disturb(program, tally, samples, source):
    """Samples memory, and saves good and bad configurations, until the calls are through."""
    saved = mistakes = turn = 0
    while True:
        await asyncio.sleep(0.25)
        if program.process.poll() is not None:
            tally.wrong.append(f"the program ended with {program.process.returncode}")
            tally.left = 0
            return saved, mistakes
        samples.append((tally.finished, program.memory()))
        turn += 1
        if turn % 4 == 0:
            mistake = source.random() < 0.25
            program.save(mistake)
            saved, mistakes = saved + (not mistake), mistakes + mistake
            if source.random() < 0.3:
                program.process.send_signal(signal.SIGHUP)


async def soak(program, arguments):
    tally, samples = Tally(arguments.requests), []
    began = time.monotonic()
    disturbing = asyncio.create_task(disturb(program, tally, samples, random.Random(arguments.seed)))
    callers = [call_until_done(tally, program.port, arguments.seed * 1000 + index) for index in range(arguments.connections)]
    # A call that never ends would hide as silence.
    done, pending = await asyncio.wait([asyncio.create_task(caller) for caller in callers], timeout=arguments.limit)
    for task in pending:
        task.cancel()
    if pending:
        tally.wrong.append(f"{len(pending)} connections wait for ever")
    for task in done:
        if task.exception():
            tally.wrong.append(f"a connection failed: {task.exception()!r}")
    disturbing.cancel()
    return tally, samples, time.monotonic() - began


def growth(samples):
    """Bytes of memory gained for 100,000 requests over the second half: the slope of the least squares."""
    half = samples[len(samples) // 2:]
    if len(half) < 4:
        return 0.0
    middle = [sum(values) / len(half) for values in zip(*half)]
    spread = sum((count - middle[0]) ** 2 for count, _ in half)
    return sum((count - middle[0]) * (memory - middle[1]) for count, memory in half) / spread * 100_000 if spread else 0.0


def aftermath(program, tally, samples, arguments):
    """What is wrong once all calls are through."""
    problems = []
    deadline = time.monotonic() + 10
    gauges = ("sluice_open_streams", "sluice_exchanges_in_flight", "sluice_open_connections")
    while time.monotonic() < deadline:
        metrics = program.metrics()
        if not any(metrics[name] for name in gauges):
            break
        time.sleep(0.1)
    problems += [f"{name} is {metrics[name]:g} at the end" for name in gauges if metrics[name]]
    if metrics["sluice_config_reloads_total accepted"] < 1 or metrics["sluice_config_reloads_total refused"] < 1:
        problems.append("no reload was accepted, or none refused")
    program.save()
    program.reload()
    if (used := program.revision_in_use()) != program.revision:
        problems.append(f"revision {used} is in use, {program.revision} was saved")
    if (left := program.descriptors()) > arguments.descriptors:
        problems.append(f"{left} descriptors are open at the end")
    gained = growth(samples)
    if gained > arguments.growth * MIB and arguments.requests >= 100_000:
        problems.append(f"memory grows by {gained / MIB:.1f} MiB for 100,000 requests")
    peak = max((memory for _, memory in samples), default=0)
    if peak > arguments.memory * MIB:
        problems.append(f"memory reached {peak / MIB:.0f} MiB")
    dropped = int(metrics["sluice_access_log_dropped_total"])

    program.process.send_signal(signal.SIGTERM)
    try:
        code = program.process.wait(40)
        if code != 0:
            problems.append(f"it ended with {code}")
    except subprocess.TimeoutExpired:
        problems.append("it does not end")
    # One more call than those of the tally: the one that asked for the revision.
    logged, identifiers = 0, set()
    with open(program.output) as file:
        for line in file:
            logged += 1
            identifiers.add(json.loads(line)["id"])
    if logged + dropped != tally.finished + 1:
        problems.append(f"{logged} exchanges in the access log and {dropped} dropped, of {tally.finished + 1}")
    if len(identifiers) != logged:
        problems.append("an id is in the access log twice")
    return problems, gained, peak, metrics


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=400, help="seconds that the calls may take")
    parser.add_argument("--memory", type=float, default=128, help="MiB that the program may reach")
    parser.add_argument("--growth", type=float, default=1, help="MiB it may gain for 100,000 requests in the second half")
    parser.add_argument("--descriptors", type=int, default=300, help="open descriptors at the end")
    arguments = parser.parse_args()

    here = os.path.dirname(os.path.abspath(__file__))
    providers = subprocess.Popen([sys.executable, "-B", os.path.join(here, "upstream.py")], stdout=subprocess.PIPE)
    program = None
    with tempfile.TemporaryDirectory(prefix="sluice-soak-") as place:
        try:
            program = Program(place, json.loads(providers.stdout.readline()))
            tally, samples, seconds = asyncio.run(soak(program, arguments))
            problems = tally.wrong[:10]
            gained = peak = 0
            metrics = collections.Counter()
            if program.process.poll() is None:
                further, gained, peak, metrics = aftermath(program, tally, samples, arguments)
                problems += further
            if tally.finished < arguments.requests and not problems:
                problems.append(f"only {tally.finished} calls were made")
            if problems:
                with open(program.log) as file:
                    sys.stderr.write(f"the end of the program log:\n{file.read()[-3000:]}\n")
        finally:
            providers.kill()
            if program and program.process.poll() is None:
                program.process.kill()

    for name, count in sorted(tally.kinds.items(), key=lambda item: -item[1]):
        print(f"{count:8}  {name}")
    print(f"{tally.finished} calls in {seconds:.1f} s ({tally.finished / seconds:.0f} a second), {arguments.connections} connections")
    print(f"failovers {metrics['sluice_failovers_total']:.0f}, attempts {metrics['sluice_attempts_total']:.0f}, reloads "
        f"{metrics['sluice_config_reloads_total accepted']:.0f} accepted and {metrics['sluice_config_reloads_total refused']:.0f} refused")
    print(f"memory: peak {peak / MIB:.1f} MiB, {gained / MIB:+.2f} MiB for 100,000 requests over the second half")
    for problem in problems:
        print(f"WRONG: {problem}")
    print("soak: failed" if problems else "soak: every answer was right")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
