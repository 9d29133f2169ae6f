#!/usr/bin/env python3
"""Measures Sluice beside nginx and HAProxy with the same scripted upstream, in interleaved rounds: see docs/performance.md.

Exits 1 when a limit is missed, 2 when something could not be measured.
"""

import argparse
import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness import gateways, machine, measures, report
from harness.processes import Child, Failure, free_port, request

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ["rounds", "calls", "start", "endurance", "many", "growth", "image", "translation"]


class Bench:
    """What every measurement needs: cores, binaries, directory and the upstream."""

    def __init__(self, arguments):
        self.cores = machine.cores()
        self.output = ROOT / ".build" / "bench"
        self.directory = self.output / "run"
        self.peers = self.output / "peers"
        self.sluice = Path(arguments.sluice) if arguments.sluice else ROOT / ".build" / "release" / "sluice"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.upstream_port = free_port()

    def build(self):
        package = ["swift", "build", "-c", "release", "--package-path", str(ROOT / "Benchmarks"),
                   "--scratch-path", str(self.output / "tools")]
        subprocess.run(package, check=True)
        shown = subprocess.run([*package, "--show-bin-path"], check=True, capture_output=True, text=True)
        self.binaries = Path(shown.stdout.strip())
        self.load = self.binaries / "bench-load"

    def start_upstream(self):
        self.upstream = Child(
            [str(self.binaries / "bench-upstream"), str(self.upstream_port)], self.cores["upstream"], self.directory,
            "upstream")
        for _ in range(1000):
            if request(self.upstream_port, gateways.PLAIN, "", timeout=1) == 200:
                return
        raise SystemExit(f"bench: the upstream did not start: {self.upstream.tail()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds; nothing is written to docs")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each run of a round")
    parser.add_argument("--only", help="gateways, with commas between: nginx,haproxy,sluice")
    parser.add_argument("--sections", help=f"with commas between, of {', '.join(SECTIONS)}")
    parser.add_argument("--peers", action="store_true", help="LiteLLM and sglang-router from PyPI too")
    parser.add_argument("--sluice", help="the binary; .build/release/sluice unless named")
    parsed = parser.parse_args()
    parsed.peers = parsed.peers or os.environ.get("PEERS", "") not in ("", "0")
    parsed.rounds = parsed.rounds or (3 if parsed.quick else 20)
    parsed.seconds = parsed.seconds or 1
    parsed.sections = parsed.sections.split(",") if parsed.sections else SECTIONS
    unknown = set(parsed.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"unknown section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return parsed


class Run:
    """One run of the whole list, and its results as they come."""

    def __init__(self, bench, options, chosen):
        self.bench, self.options = bench, options
        self.gateways = chosen
        self.results = {gateway.name: {"note": gateway.note, "missing": {}} for gateway in chosen}

    def attempt(self, gateway, section, measure):
        """A measurement that fails leaves its reason in the report instead of a figure."""
        try:
            figures = measure()
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            self.results[gateway.name]["missing"][section] = str(failure)
            print(f"  {gateway.name}: {section}: NOT MEASURED: {failure}", flush=True)
            return None
        shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items() if isinstance(value, (int, float)))
        print(f"  {gateway.name}: {section}: {shown}", flush=True)
        return figures

    def keep(self, gateway, section, figures):
        if figures is not None:
            self.results[gateway.name][section] = figures

    def started(self):
        """Starts every gateway; those that do not start are left out."""
        running = []
        for gateway in self.gateways:
            if gateway.name == "direct":
                continue
            if self.attempt(gateway, "start", lambda: {"ms": gateway.start() * 1000}) is not None:
                running.append(gateway)
        return running

    def rounds(self, running):
        seconds = self.options.seconds
        kinds = {
            "plain": lambda gateway: measures.plain(self.bench, gateway, seconds),
            "stream": lambda gateway: measures.paced(self.bench, gateway, seconds),
            "single": lambda gateway: measures.plain(self.bench, gateway, seconds / 2, connections=1)}
        figures = {(gateway.name, kind): [] for gateway in running for kind in kinds}
        for gateway in running:
            self.attempt(gateway, "warm-up", lambda: measures.plain(self.bench, gateway, 1))
        for number in range(self.options.rounds):
            print(f"round {number + 1} of {self.options.rounds}", flush=True)
            for kind, measure in kinds.items():
                # Every gateway takes each place in the order.
                turn = number % max(1, len(running))
                for gateway in running[turn:] + running[:turn]:
                    one = self.attempt(gateway, kind, lambda: measure(gateway))
                    gateway.empty_log()
                    if one is not None:
                        figures[gateway.name, kind].append(one)
        for gateway in running:
            for kind in kinds:
                if figures[gateway.name, kind]:
                    self.keep(gateway, kind, measures.least_disturbed(figures[gateway.name, kind]))

    def many(self, gateway):
        streams = 512 * (1 if self.options.quick else 4)
        self.keep(gateway, "many", self.attempt(
            gateway, "many", lambda: measures.many_streams(self.bench, gateway, streams)))

    def each(self, gateway):
        """What is measured on a gateway alone, with a fresh process."""
        if isinstance(gateway, gateways.LimitedSluice):
            return
        sections, quick = self.options.sections, self.options.quick
        is_peer = isinstance(gateway, (gateways.LiteLLM, gateways.SglangRouter))
        if "start" in sections and not is_peer:
            self.keep(gateway, "start", self.attempt(
                gateway, "start", lambda: measures.first_answer(gateway, 3 if quick else 7)))
        if self.attempt(gateway, "start", lambda: {"ms": gateway.start() * 1000}) is None:
            return
        if "endurance" in sections:
            requests = 100_000 if quick else 1_000_000
            requests = 2_000 if is_peer else requests
            self.keep(gateway, "endurance", self.attempt(
                gateway, "endurance", lambda: measures.endurance(self.bench, gateway, requests)))
        if "calls" in sections and not is_peer:
            self.keep(gateway, "calls", self.attempt(
                gateway, "calls", lambda: measures.system_calls(self.bench, gateway, 4000)))
        if "many" in sections and not is_peer:
            self.many(gateway)
        if "translation" in sections and isinstance(gateway, gateways.Sluice):
            self.keep(gateway, "translation", self.attempt(
                gateway, "translation",
                lambda: measures.translation(self.bench, gateway, self.options.seconds, self.options.rounds)))
        gateway.stop()
        if "image" in sections and not is_peer:
            self.keep(gateway, "image", self.attempt(gateway, "image", lambda: self.image(gateway)))
        gateway.stop()

    def image(self, gateway):
        gateway.start()
        return measures.image(self.bench, gateway)

    def growth(self, ours):
        small = gateways.NumberedSluice(self.bench, "sluice small", 1, 1)
        large = gateways.NumberedSluice(self.bench, "sluice large", 10_000, 100_000)

        def measure():
            started = {gateway.name: gateway.start() for gateway in (small, large)}
            for gateway in (small, large):
                measures.plain(self.bench, gateway, 1, **gateway.load_options())
            figures = measures.growth(self.bench, small, large, self.options.seconds, self.options.rounds)
            return {**figures, "large_start_s": started[large.name]}

        try:
            self.keep(ours, "growth", self.attempt(ours, "growth", measure))
        finally:
            small.stop()
            large.stop()

    def all(self):
        sections = self.options.sections
        if "rounds" in sections:
            running = self.started()
            self.rounds(running)
            for gateway in running:
                gateway.stop()
        for gateway in self.gateways:
            print(f"{gateway.name} alone", flush=True)
            if gateway.name != "direct":
                self.each(gateway)
            elif "many" in sections:
                self.many(gateway)
        ours = next((gateway for gateway in self.gateways if gateway.name == "sluice"), None)
        if ours and "growth" in sections:
            self.growth(ours)


def chosen_gateways(bench, options):
    kinds = [gateways.Direct, gateways.Nginx, gateways.HAProxy, gateways.Sluice, gateways.LimitedSluice]
    if options.peers:
        gateways.install_peers(bench.peers)
        kinds += [gateways.LiteLLM, gateways.SglangRouter]
    wanted = options.only.split(",") if options.only else [kind.name for kind in kinds]
    unknown = set(wanted) - {kind.name for kind in kinds}
    if unknown:
        raise SystemExit(f"bench: no gateway {', '.join(sorted(unknown))}")
    if "sluice" in wanted and not bench.sluice.exists():
        raise SystemExit(f"bench: {bench.sluice} is missing: make build")
    return [kind(bench) for kind in kinds if kind.name in wanted or kind is gateways.Direct]


def revision():
    shown = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return shown.stdout.strip() or "unknown"


def main():
    options = arguments()
    bench = Bench(options)
    bench.build()
    busy = machine.busy_share()
    if busy > 0.1:
        print(f"bench: {busy * 100:.0f} % of this machine is in use by others; the figures will be too high", flush=True)
    os.sched_setaffinity(0, {bench.cores["load"]})
    chosen = chosen_gateways(bench, options)
    run = Run(bench, options, chosen)
    bench.start_upstream()
    try:
        run.all()
    finally:
        for gateway in chosen:
            gateway.stop()
        bench.upstream.stop()
    results = {
        "date": datetime.date.today().isoformat(), "revision": revision(), "machine": machine.describe(),
        "rounds": options.rounds, "seconds": options.seconds, "busy": busy, "quick": options.quick,
        "gateways": run.results}
    report.write_json(bench.output / ("quick.json" if options.quick else "results.json"), results)
    text = report.page(results)
    print("\n" + text)
    is_whole = not (options.quick or options.only or set(options.sections) != set(SECTIONS))
    if is_whole:
        report.write_page(ROOT / "docs" / "performance.md", text)
    shutil.rmtree(bench.directory, ignore_errors=True)
    if "sluice" not in run.results:
        return 0
    passed = [row[3] for row in report.limits(results)]
    return 1 if False in passed else 2 if None in passed else 0


if __name__ == "__main__":
    sys.exit(main())
