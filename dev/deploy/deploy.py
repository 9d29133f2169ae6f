"""Checks deploy/prometheus and deploy/grafana.

promtool reads the configuration and runs the tests of the alerts. Then a gateway serves traffic of every kind, a Prometheus scrapes
it with the shipped configuration, and every query of rules and dashboards must name what exists, be answered, and have data.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile
import time

from gateway import Gateway
from monitor import Monitor
from queries import Catalogue, Dashboard

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RULES = os.path.join(ROOT, "deploy", "prometheus")

# What the traffic does not bring about.
MAY_BE_EMPTY = {("sluice-providers", "Fetched media")}
# What it brings about, so these alerts are at least pending.
PROVOKED = {
    "SluiceModelDown", "SluiceModelErrors", "SluiceFailovers", "SluiceProviderErrors", "SluiceProviderRefusesKey",
    "SluiceProviderRateLimited", "SluiceSetAside", "SluiceProviderSetAside", "SluiceCallerLimited", "SluiceCommonLimitRefuses",
    "SluiceBudgetUsedUp", "SluiceUnpricedCalls", "SluiceCanaryErrors", "SluiceConfigurationRefused"}
# What must not be seen at a gateway that is well.
QUIET = {
    "SluiceDown", "SluiceRestartsOften", "SluiceLimitStoreDown", "SluiceLimitStoreErrors", "SluiceLedgerLosesRows",
    "SluiceLedgerLags", "SluiceJournalGrows", "SluiceAccessLogDropped", "SluiceConversationsDropped", "SluiceConnectionsNearLimit",
    "SluiceMemory", "SluiceSeriesLimited"}
ROUNDS, SECONDS, MOST_SECONDS = 12, 14, 40


def read(*path):
    with open(os.path.join(ROOT, *path)) as file:
        return file.read()


def promtool():
    """Problems of the files by themselves, and of alerts that fire when they must not or the other way round."""
    for arguments in (["check", "config", "prometheus.yaml"], ["test", "rules", "tests.yaml"]):
        done = subprocess.run(["promtool", *arguments], cwd=RULES, capture_output=True, text=True)
        if done.returncode != 0:
            yield f"promtool {' '.join(arguments)}:\n{done.stdout}{done.stderr}"


def alert_problems(rule, tests, page):
    """Problems of an alert that Prometheus has read."""
    name = rule["name"]
    if not rule["duration"]:
        yield "no `for`"
    if rule["labels"].get("severity") not in ("critical", "warning", "info"):
        yield "no severity, or an unknown one"
    for annotation in ("summary", "description"):
        if not rule["annotations"].get(annotation):
            yield f"no {annotation}"
    fired = re.findall(rf"labels: 'ALERTS\{{alertname=\"{name}\",alertstate=\"firing\",(.*)\}}', value: 1 \}}", tests)
    if not fired or not re.search(rf"alertname=\"{name}\".*exp_samples: \[\]", tests):
        yield "tests.yaml has no test that it fires, or none that it does not"
    used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    for labels in fired:
        for label in sorted(used - set(re.findall(r'(\w+)="', labels))):
            yield f"its text names the label '{label}', which it has not in tests.yaml"
    if f"| `{name}` |" not in page:
        yield "docs/observability.md does not tell what to do"


def rule_problems(monitor, catalogue):
    rules = monitor.rules()
    tests, page = read("deploy", "prometheus", "tests.yaml"), read("docs", "observability.md")
    for rule in rules:
        if rule["type"] == "recording":
            found = monitor.ask("series", match=rule["name"])
            catalogue.record(rule["name"], {label for one in found for label in one} - {"__name__"})
            if not found:
                yield f"{rule['name']} has no series after the traffic"
    states = {}
    for rule in rules:
        if rule["health"] != "ok":
            yield f"{rule['name']}: {rule.get('lastError') or rule['health']}"
        for problem in catalogue.problems(rule["query"]):
            yield f"{rule['name']}: {problem}"
        if rule["type"] == "alerting":
            states[rule["name"]] = rule["state"]
            for problem in alert_problems(rule, tests, page):
                yield f"{rule['name']}: {problem}"
            for alert in rule["alerts"]:
                if bad := [text for text in alert["annotations"].values() if "<error" in text or "<no value>" in text]:
                    yield f"{rule['name']}: {bad[0]}"
    for name in sorted(set(re.findall(r"\| `(Sluice\w+)` \|", page)) - set(states)):
        yield f"docs/observability.md tells of {name}, which does not exist"
    for name in sorted(name for name in PROVOKED if states.get(name, "inactive") == "inactive"):
        yield f"{name} is inactive, though the traffic gives reason for it"
    for name in sorted(name for name in QUIET if states.get(name) != "inactive"):
        yield f"{name} is {states.get(name, 'missing')}, though nothing is wrong"
    print(f"{len(rules)} rules, of them {len(states)} alerts; {sum(state != 'inactive' for state in states.values())} active")


def dashboard_problems(monitor, catalogue, dashboard):
    every = {"__rate_interval": "10s", "__range": "60s"}
    some = every | {"job": "sluice", "model": "(assistant|versions)", "consumer": "(app|limited)", "provider": "(good|sometimes)"}
    count = 0
    for title, target in dashboard.queries():
        count += 1
        text = dashboard.fill(target["expr"], every)
        for problem in catalogue.problems(text):
            yield f"'{title}': {problem}"
        try:
            monitor.series(text, target["instant"])
            monitor.series(dashboard.fill(target["expr"], some), target["instant"])
            # Without what stands in for missing series.
            found = monitor.series(text.replace(" or vector(0)", ""), target["instant"])
        except ValueError as error:
            yield f"'{title}': {error}"
            continue
        if (dashboard.document["uid"], title) in MAY_BE_EMPTY:
            continue
        if not any(value != "NaN" for _, values in found for value in values):
            yield f"'{title}' shows nothing after the traffic: {text}"
        for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
            if found and not any(label in labels for labels, _ in found):
                yield f"'{title}': its legend names '{label}', which no series has"
    for name, variable in dashboard.variables.items():
        if variable["type"] == "query":
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", dashboard.fill(variable["definition"], every)).groups()
            if not monitor.ask(f"label/{label}/values", match=selector):
                yield f"the variable '{name}' has no values"
    print(f"{os.path.basename(dashboard.path)}: {len(dashboard.panels)} panels, {count} queries")


def live_problems(program, dashboards):
    """Problems that a running gateway and a running Prometheus show."""
    with tempfile.TemporaryDirectory(prefix="sluice-deploy-") as place:
        gateway, monitor = Gateway(program, place), None
        try:
            monitor = Monitor(RULES, place, gateway.admin)
            monitor.wait_until_ready()
            gateway.serve_traffic()
            gateway.wait_for_traffic(ROUNDS, SECONDS, MOST_SECONDS)
            scrape = gateway.metrics()
            catalogue = Catalogue(read("docs", "metrics.md"), scrape)
            yield from catalogue.undocumented()
            yield from rule_problems(monitor, catalogue)
            for dashboard in dashboards:
                for problem in dashboard_problems(monitor, catalogue, dashboard):
                    yield f"{os.path.basename(dashboard.path)}: {problem}"
            yield from gateway.problems
            print(f"{gateway.rounds} rounds of traffic, {len(scrape.splitlines())} lines of metrics")
        finally:
            if monitor:
                monitor.stop()
            gateway.stop()


def main():
    began = time.monotonic()
    problems = list(promtool())
    dashboards = [Dashboard(path) for path in sorted(glob.glob(os.path.join(ROOT, "deploy", "grafana", "*.json")))]
    if len({dashboard.document["uid"] for dashboard in dashboards}) < len(dashboards):
        problems.append("two dashboards have the same uid")
    for dashboard in dashboards:
        problems += [f"{os.path.basename(dashboard.path)}: {problem}" for problem in dashboard.problems()]
    # What Prometheus cannot read needs no gateway.
    if not problems:
        problems += live_problems(os.environ["SLUICE"], dashboards)
    for problem in problems:
        print(f"WRONG: {problem}")
    print(f"deploy: {len(problems)} problems" if problems else f"deploy: all is well after {time.monotonic() - began:.0f} s")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
