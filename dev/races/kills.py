"""Kills under load: what the ledger has of the calls that were answered, and when the slots of cut calls are free again."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

from gateway import Client, Program, Provider, digest, header

CONNECTIONS = 16
# Slots of the limit: as many as connections, so that all are taken under load.
LEASE = 3


def configuration(port, redis):
    storage = f"storage: {{ shared: redis://127.0.0.1:{redis}, redis: {{ lease: {LEASE}s, timeout: 5s }} }}" if redis else ""
    return f"""
{storage}
providers: {{ p: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/v1" }} }}
models: {{ m: {{ targets: [p/up], retry: {{ attempts: 0 }} }} }}
consumers:
  load: {{ keys: ["{digest('load')}"], limits: [{{ concurrent: {CONNECTIONS} }}] }}
"""


class Redis:
    def __init__(self, place):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", place, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("redis-server does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait()


async def load(port, answered, seconds):
    """Calls over all connections until they break; whoever is refused tries again."""
    async def run(client):
        try:
            while True:
                status, head = await client.call()
                if status == 200:
                    answered[header(head, "x-request-id")] = time.monotonic()
                elif status != 429:
                    raise SystemExit(f"a call got {status}")
        except (asyncio.IncompleteReadError, ConnectionError):
            client.close()

    clients = [await Client(port, "load").open() for _ in range(CONNECTIONS)]
    tasks = [asyncio.create_task(run(client)) for client in clients]
    await asyncio.sleep(seconds)
    return tasks


async def until_free(program, provider):
    """Seconds until all slots can be taken at once again, and answers until then."""
    began, answered = time.monotonic(), {}
    provider.delay = 0.3
    clients = [await Client(program.port, "load").open() for _ in range(CONNECTIONS)]
    while True:
        answers = await asyncio.gather(*(client.call() for client in clients))
        answered.update({header(head, "x-request-id"): 0.0 for status, head in answers if status == 200})
        if all(status == 200 for status, _ in answers) or time.monotonic() - began > 10 * LEASE:
            break
        await asyncio.sleep(0.1)
    for client in clients:
        client.close()
    provider.delay = 0.0
    return time.monotonic() - began, answered


def exported(program):
    rows = program.command("exchanges", "export", "--from", "2020-01-01", "--to", "2999-12-31").splitlines()
    return [row["id"] for row in map(json.loads, rows) if row["outcome"] == "success"]


async def run(count, grace, draw):
    """`grace`: seconds before a kill; of what was answered later nothing is promised."""
    provider = Provider()
    await provider.start()
    faults, promised, unpromised, waits = [], {}, {}, []
    with tempfile.TemporaryDirectory() as place:
        redis = Redis(place) if shutil.which("redis-server") else None
        program = Program(place, configuration(provider.port, redis and redis.port))
        try:
            program.start()
            for _ in range(count):
                answered = {}
                tasks = await load(program.port, answered, draw.uniform(0.4, 1.2))
                killed = time.monotonic()
                program.kill()
                await asyncio.gather(*tasks)
                for identifier, moment in answered.items():
                    (promised if moment < killed - grace else unpromised)[identifier] = killed - moment
                program.start()
                seconds, more = await until_free(program, provider)
                waits.append(time.monotonic() - killed)
                promised.update(more)
                if seconds > 2 * LEASE + 2:
                    faults.append(f"the slots were not free {seconds:.1f} s after the start")
            rows, missing = await settled(program, promised)
            if missing:
                late = max(promised[identifier] for identifier in missing)
                faults.append(f"{len(missing)} settled exchanges are missing, the oldest was answered {late * 1000:.0f} ms before its kill")
            twice = len(rows) - len(set(rows))
            if twice:
                faults.append(f"{twice} exchanges are twice in the ledger")
            total = json.loads(program.command("usage", "--from", "2020-01-01", "--format", "json"))[0]
            if total["requests"] - total["errors"] < len(rows):
                faults.append(f"the sums have {total['requests']} calls, the ledger {len(rows)} good ones")
            program.stop()
        finally:
            if program.process.poll() is None:
                program.kill()
            if redis:
                redis.stop()
    lost = len(set(unpromised) - set(rows))
    print(f"kills: {count}, {'slots in Redis' if redis else 'counters in memory'}; answered {len(promised) + len(unpromised)} calls")
    print(f"settled exchanges that are missing: {len(missing)} of {len(promised)}; twice: {twice}")
    print(f"of the last {grace * 1000:.0f} ms before a kill: {lost} of {len(unpromised)} are missing, which is allowed")
    print(f"all slots free after a kill, start included: {max(waits):.1f} s at most (a lease is {LEASE} s)", flush=True)
    return faults


async def settled(program, promised):
    """The ledger's good exchanges when nothing moves any more, and which are missing."""
    deadline, before = time.monotonic() + 60, None
    while True:
        rows = exported(program)
        missing = set(promised) - set(rows)
        if (not missing and len(rows) == before) or time.monotonic() > deadline:
            return rows, missing
        before = len(rows)
        await asyncio.sleep(1)
