"""A Prometheus that scrapes a gateway every second, with the configuration of deploy/prometheus."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


class Monitor:
    def __init__(self, folder, place, admin):
        for name in ("rules.yaml", "alerts.yaml"):
            shutil.copy(os.path.join(folder, name), place)
        with open(os.path.join(folder, "prometheus.yaml")) as file:
            text = file.read()
        for old, new in (("127.0.0.1:8081", f"127.0.0.1:{admin}"), ("interval: 15s", "interval: 1s")):
            if old not in text:
                raise SystemExit(f"prometheus.yaml has no '{old}'")
            text = text.replace(old, new)
        path = os.path.join(place, "prometheus.yaml")
        with open(path, "w") as file:
            file.write(text)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = "127.0.0.1:%d" % free.getsockname()[1]
        self.log = os.path.join(place, "prometheus.log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={place}/data",
                 f"--web.listen-address={self.address}"],
                cwd=place, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until_ready(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        with open(self.log) as file:
            raise SystemExit(f"Prometheus does not start:\n{file.read()[-3000:]}")

    def ask(self, path, **parameters):
        """The data of an answer of its API, or its error as a ValueError."""
        pairs = [("match[]" if name == "match" else name, value) for name, value in parameters.items()]
        request = urllib.request.Request(f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(pairs)}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error", str(error))) from None

    def series(self, text, instant):
        """Labels and numbers of what a query answers."""
        if instant:
            result = self.ask("query", query=text)["result"]
            return [(one["metric"], [one["value"][1]]) for one in result]
        now = time.time()
        result = self.ask("query_range", query=text, start=now - 10, end=now, step=1)["result"]
        return [(one["metric"], [value for _, value in one["values"]]) for one in result]

    def rules(self):
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
