"""Races for limits, and kills under load.

A race: 64 connections call twice at the same moment for a limit of N requests, N tokens or N of a currency; N calls must be let in,
not one more or less. A kill: the program ends by SIGKILL under load; afterwards each exchange that was answered longer than 100 ms before
must be in the ledger, none twice, and the slots of the calls that were cut must be free after their lease.
"""

import argparse
import asyncio
import collections
import random
import sys
import tempfile
import time

import kills
from gateway import OUTPUT, Client, Program, Provider, digest, header

CONNECTIONS = 64
CALLS = 2
KINDS = ("requests", "tokens", "cost")
# What a million tokens cost, in EUR.
INPUT, OUTPUT_PRICE = 1000, 2000


def configuration(port, races, prompt):
    """A consumer for each race; `prompt` is what the gateway estimates of the call."""
    def limit(kind, count):
        if kind == "requests":
            return f"requests: {count}, per: day"
        if kind == "tokens":
            return f"tokens: {count * (prompt + OUTPUT)}, per: day"
        millionths = count * (prompt * INPUT + OUTPUT * OUTPUT_PRICE)
        return f"cost: {millionths // 1000000}.{millionths % 1000000:06} EUR, per: day"

    consumers = "\n".join(
        f'  {name}: {{ keys: ["{digest(name)}"], limits: [{{ {limit(kind, count)} }}] }}' for name, kind, count in races)
    return f"""
providers: {{ p: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/v1" }} }}
models: {{ m: {{ targets: [p/up], retry: {{ attempts: 0 }} }} }}
prices: {{ "p/*": {{ input: {INPUT} EUR, output: {OUTPUT_PRICE} EUR }} }}
consumers:
  probe: {{ keys: ["{digest('probe')}"], limits: [{{ tokens: 1000000, per: day }}] }}
{consumers}
"""


async def estimate(program):
    """What the gateway takes the prompt of a call for."""
    client = await Client(program.port, "probe").open()
    status, head = await client.call()
    client.close()
    if status != 200:
        raise SystemExit(f"the probe got {status}: {head}")
    return 1000000 - int(header(head, "x-ratelimit-remaining-tokens")) - OUTPUT


async def race(port, name):
    """Statuses of all calls."""
    clients = await asyncio.gather(*(Client(port, name).open() for _ in range(CONNECTIONS)))
    start = asyncio.Event()

    async def run(client):
        await start.wait()
        return [(await client.call())[0] for _ in range(CALLS)]

    tasks = [asyncio.create_task(run(client)) for client in clients]
    await asyncio.sleep(0)
    start.set()
    statuses = collections.Counter(status for some in await asyncio.gather(*tasks) for status in some)
    for client in clients:
        client.close()
    return statuses


async def run_races(count, draw):
    provider = Provider()
    await provider.start()
    most = CONNECTIONS * CALLS
    races = [(f"{kind}-{number}", kind, draw.randint(1, most - 1)) for kind in KINDS for number in range(count)]
    with tempfile.TemporaryDirectory() as place:
        program = Program(place, configuration(provider.port, [], 0))
        program.start()
        try:
            provider.prompt = await estimate(program)
        finally:
            program.stop()
    with tempfile.TemporaryDirectory() as place:
        program = Program(place, configuration(provider.port, races, provider.prompt))
        program.start()
        try:
            wrong, began = [], time.monotonic()
            tally = {kind: collections.Counter() for kind in KINDS}
            for name, kind, wanted in races:
                statuses = await race(program.port, name)
                tally[kind].update(statuses)
                if statuses != {200: wanted, 429: most - wanted}:
                    wrong.append(f"{name}: {wanted} of {most} should be let in: {dict(statuses)}")
        finally:
            program.stop()
    for kind in KINDS:
        print(
            f"races for {kind}: {count}, of {CONNECTIONS} connections and {most} calls each; let in {tally[kind][200]}, "
            f"refused {tally[kind][429]}, other answers {sum(tally[kind].values()) - tally[kind][200] - tally[kind][429]}")
    print(f"races that let in another number than N: {len(wrong)} of {len(races)}, in {time.monotonic() - began:.0f} s", flush=True)
    return wrong


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--races", type=int, default=100, help="of each kind")
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--grace", type=int, default=100, help="ms before a kill of which nothing is promised; more on a busy machine")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = options.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    draw = random.Random(arguments.seed)
    faults = await run_races(arguments.races, draw) if arguments.races else []
    faults += await kills.run(arguments.kills, arguments.grace / 1000, draw) if arguments.kills else []
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


sys.exit(asyncio.run(main()))
