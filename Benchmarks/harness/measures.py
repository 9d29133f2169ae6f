"""The measurements. Each returns plain numbers in the units that its keys name."""

import re
import signal
import statistics
import subprocess
import time
from pathlib import Path

from . import machine
from .processes import Failure, load

IMAGE_BYTES = 32 * 1024 * 1024


def least_disturbed(rounds):
    """The round at the lower quartile of CPU time, and `medians`: those of all rounds.

    A neighbour on the same machine can only add to a cost, and adds up to the double for seconds at a time: the median of
    rounds tells as much about the neighbour as about the gateway.
    """
    quarter = sorted(rounds, key=lambda one: one["cpu_us"])[len(rounds) // 4]
    return {**quarter, "medians": {key: statistics.median(one[key] for one in rounds) for key in quarter}}


def loaded(bench, gateway, **options):
    """One run of the load generator, and the CPU time that the gateway spent for it."""
    before = machine.cpu_seconds(gateway.pid)
    start = time.monotonic()
    result = load(bench.load, bench.cores["load"], gateway.port, **{"key": gateway.key, **options})
    elapsed = time.monotonic() - start
    # What is written behind the answers belongs to them: log lines, counters.
    time.sleep(0.2)
    spent = machine.cpu_seconds(gateway.pid) - before
    gateway.settle()
    # What waited for a free core: rows of the ledger on their way into the database.
    result["later"] = machine.cpu_seconds(gateway.pid) - before - spent
    if result["failures"]:
        raise Failure(f"{gateway.name}: {result['failures']} wrong answers: {result['refused'] or result}")
    if not result["answered"]:
        raise Failure(f"{gateway.name}: no request was answered")
    return result, spent, spent / elapsed


def plain(bench, gateway, seconds, connections=64, **options):
    result, spent, share = loaded(bench, gateway, connections=connections, seconds=seconds, **options)
    cost = spent / result["answered"] * 1e6
    return {
        "cpu_us": cost, "later_us": result["later"] / result["answered"] * 1e6, "per_second": result["perSecond"], "per_core_second": 1e6 / cost, "core_share": share,
        "p50_us": result["latency"]["p50"], "p99_us": result["latency"]["p99"]}


def paced(bench, gateway, seconds):
    result, spent, share = loaded(
        bench, gateway, connections=64, seconds=seconds, model="stream-20x5ms", frames=20, ramp=0.325)
    return {"cpu_us": spent / result["answered"] * 1e6, "core_share": share,
            "first_token_p50_us": result["firstToken"]["p50"], "lateness_p99_us": result["lateness"]["p99"]}


def system_calls(bench, gateway, requests):
    """Reads and writes a request on the wire, counted by strace; calls that found nothing to read count too."""
    summary = gateway.directory / "strace.txt"
    tracer = subprocess.Popen(
        ["strace", "-f", "-c", "-o", str(summary), "-p", str(gateway.pid)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(100):
            if re.search(r"^TracerPid:\s+[1-9]", Path(f"/proc/{gateway.pid}/status").read_text(), re.MULTILINE):
                break
            if tracer.poll() is not None:
                raise Failure(f"strace: {tracer.stderr.read().strip()}")
            time.sleep(0.05)
        time.sleep(0.2)
        load(bench.load, bench.cores["load"], gateway.port, connections=64, requests=requests, key=gateway.key)
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        tracer.wait()
    counts = {}
    for line in summary.read_text().splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0][:1].isdigit() and fields[-1] != "total":
            counts[fields[-1]] = int(fields[3])
    reads = sum(counts.get(name, 0) for name in ("read", "readv", "recvfrom", "recvmsg", "recvmmsg"))
    writes = sum(counts.get(name, 0) for name in ("write", "writev", "sendto", "sendmsg", "sendmmsg", "sendfile"))
    return {"reads": reads / requests, "writes": writes / requests, "all": sum(counts.values()) / requests,
            "calls": {name: count / requests for name, count in sorted(counts.items(), key=lambda item: -item[1])[:8]}}


def endurance(bench, gateway, requests):
    """Resident memory over many requests: at the end, and how it grows over the second half."""
    samples = [(0, machine.memory(gateway.pid))]
    step = requests // 20
    for number in range(1, 21):
        load(bench.load, bench.cores["load"], gateway.port, connections=64, requests=step, key=gateway.key)
        samples.append((number * step, machine.memory(gateway.pid)))
    lines = count_lines(gateway.child.output)
    gateway.empty_log()
    half = samples[len(samples) // 2:]
    slope = statistics.linear_regression([x for x, _ in half], [y for _, y in half]).slope
    return {"requests": requests, "idle_mib": samples[0][1] / 2**20, "rss_mib": samples[-1][1] / 2**20,
            "slope_mib_per_100k": slope * 1e5 / 2**20, "log_lines": lines,
            "samples_mib": [round(value / 2**20, 2) for _, value in samples]}


def count_lines(path):
    count = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            count += block.count(b"\n")
    return count


def first_answer(gateway, starts):
    """Milliseconds from the start of the process to the first answer; the gateway is stopped afterwards."""
    times = []
    for _ in range(starts):
        gateway.stop()
        times.append(gateway.start() * 1000)
    gateway.stop()
    return {"ms": statistics.median(times), "ms_worst": max(times)}


def translation(bench, gateway, seconds, rounds):
    """What it costs that client and provider speak different dialects, of 2 KB each way: per call, and per frame.

    The frames bear the cost of their stream's begin and end.
    """
    frames, interval = 100, 5
    chat, messages = "/v1/chat/completions", "/v1/messages"
    forms = {"spliced": (chat, ""), "messages_to_chat": (messages, ""), "chat_to_messages": (chat, "messages/")}
    calls, streams = ({form: [] for form in forms} for _ in range(2))
    for _ in range(rounds):
        for form, (path, provider) in forms.items():
            calls[form].append(
                plain(bench, gateway, seconds, path=path, model=f"{provider}plain-2k", body_bytes=2048))
            gateway.empty_log()
        for form, (path, provider) in forms.items():
            result, spent, share = loaded(
                bench, gateway, connections=64, seconds=max(seconds, 1), path=path, frames=frames, body_bytes=2048,
                model=f"{provider}stream-{frames}x{interval}ms", ramp=frames * interval / 1000)
            streams[form].append({"cpu_us": spent / result["answered"] * 1e6, "core_share": share})
            gateway.empty_log()
    call, stream = (
        {form: least_disturbed(rounds)["cpu_us"] for form, rounds in kind.items()} for kind in (calls, streams))
    return {form: {"call_us": call[form], "stream_us": stream[form], "added_us": call[form] - call["spliced"],
                   "added_frame_us": (stream[form] - stream["spliced"]) / frames} for form in forms}


def many_streams(bench, gateway, streams, frames=64, interval=20):
    """`streams` connections, each stream with `frames` frames, begun evenly over the life of one stream."""
    result = load(
        bench.load, bench.cores["load"], gateway.port, connections=512, requests=streams, key=gateway.key,
        model=f"stream-{frames}x{interval}ms", frames=frames, ramp=frames * interval / 1000)
    return {"streams": streams, "whole": result["answered"] - result["brokenStreams"], "failures": result["failures"],
            "frames": result["frames"], "frames_expected": streams * frames,
            "lateness_p99_ms": result["lateness"]["p99"] / 1000, "lateness_max_ms": result["lateness"]["max"] / 1000,
            "first_token_p50_ms": result["firstToken"]["p50"] / 1000,
            "first_token_p99_ms": result["firstToken"]["p99"] / 1000}


def image(bench, gateway):
    """What a request of 32 MiB adds to the peak of resident memory, as a multiple of its bytes."""
    load(bench.load, bench.cores["load"], gateway.port, connections=8, requests=2000, key=gateway.key)
    before = machine.memory(gateway.pid)
    machine.reset_peak(gateway.pid)
    result, spent, _ = loaded(bench, gateway, connections=1, requests=1, image_bytes=IMAGE_BYTES)
    peak = machine.memory(gateway.pid, "VmHWM")
    time.sleep(1)
    after = machine.memory(gateway.pid)
    return {"ratio": (peak - before) / IMAGE_BYTES, "peak_mib": peak / 2**20, "after_mib": after / 2**20,
            "cpu_ms": spent * 1000, "ms": result["latency"]["max"] / 1000}


def growth(bench, small, large, seconds, rounds):
    """The cost of a request with a large configuration as a multiple of that with a small one."""
    costs = {small.name: [], large.name: []}
    for _ in range(rounds):
        for gateway in (small, large):
            costs[gateway.name].append(plain(bench, gateway, seconds, **gateway.load_options()))
            gateway.empty_log()
    few, many = (least_disturbed(costs[gateway.name])["cpu_us"] for gateway in (small, large))
    return {"small_us": few, "large_us": many, "ratio": many / few, "large_rss_mib": machine.memory(large.pid) / 2**20}
