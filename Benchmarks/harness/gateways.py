"""The gateways that are compared: how each is configured and started."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

from .processes import Child, Failure, await_answer, free_port

KEY = "sk-bench"
PLAIN = '{"model":"plain","messages":[{"role":"user","content":"hello"}]}'


class Gateway:
    """One process under test. Subclasses write its configuration and say how it is started."""

    name = ""
    note = ""
    patience = 10

    def __init__(self, bench):
        self.bench = bench
        self.port = free_port()
        self.directory = bench.directory / self.name.replace(" ", "-")
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.child = None
        self.probe = PLAIN
        self.key = KEY

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def start(self):
        """Seconds from the start of the process to its first answer."""
        self.child = Child(self.command(), self.bench.cores["gateway"], self.directory, "gateway", self.environment())
        try:
            return await_answer(self.child, self.port, self.probe, self.key, self.patience)
        except Failure:
            self.stop()
            raise

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None

    @property
    def pid(self):
        return self.child.pid

    def settle(self):
        """Waits until what was left for a free core is done."""

    def empty_log(self):
        with open(self.child.output, "r+b") as log:
            log.truncate(0)


class Direct(Gateway):
    """No gateway: the upstream itself."""

    name = "direct"

    def __init__(self, bench):
        super().__init__(bench)
        self.port = bench.upstream_port

    def start(self):
        return 0.0


class Nginx(Gateway):
    name = "nginx"
    note = "proxy_pass, one worker, 64 idle upstream connections, no access log"

    def command(self):
        configuration = self.directory / "nginx.conf"
        configuration.write_text(f"""
daemon off;
master_process off;
worker_processes 1;
pid {self.directory}/nginx.pid;
error_log stderr error;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {self.directory}/body;
  proxy_temp_path {self.directory}/proxy;
  fastcgi_temp_path {self.directory}/fastcgi;
  uwsgi_temp_path {self.directory}/uwsgi;
  scgi_temp_path {self.directory}/scgi;
  client_max_body_size 64m;
  keepalive_requests 1000000000;
  upstream models {{
    server 127.0.0.1:{self.bench.upstream_port};
    keepalive 64;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{
      proxy_pass http://models;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
""")
        return ["nginx", "-p", str(self.directory), "-c", str(configuration)]


class HAProxy(Gateway):
    name = "haproxy"
    note = "one thread, http-reuse always, no log"

    def command(self):
        configuration = self.directory / "haproxy.cfg"
        configuration.write_text(f"""
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  http-reuse always
  option http-no-delay
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend gateway
  bind 127.0.0.1:{self.port}
  default_backend models
backend models
  server upstream 127.0.0.1:{self.bench.upstream_port} pool-max-conn 1024
""")
        return ["haproxy", "-db", "-f", str(configuration)]


class Sluice(Gateway):
    name = "sluice"
    note = "key check, model routing, metering, metrics and access log on, ledger off"

    def __init__(self, bench):
        super().__init__(bench)
        self.admin_port = free_port()

    ledger = "false"

    def environment(self):
        return {"BENCH_KEY": KEY, "BENCH_PROVIDER_KEY": "sk-upstream"}

    def settle(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=10) as answer:
                lag = re.search(rb"^sluice_ledger_lag_seconds (\S+)$", answer.read(), re.MULTILINE)
            # Without a ledger there is no such line.
            if not lag or float(lag.group(1)) == 0:
                return
            time.sleep(0.05)
        raise Failure(f"{self.name}: the ledger has not taken its exchanges after a minute")

    def models(self):
        return (
            '  plain: { targets: [bench/plain] }\n  plain-2k: { targets: [bench/plain-2k] }\n'
            '  "stream-*": { targets: ["bench/*"] }\n'
            '  messages/plain-2k: { targets: [messages/plain-2k] }\n'
            '  messages/stream-100x5ms: { targets: [messages/stream-100x5ms] }\n')

    def consumers(self):
        return "  bench: { keys: [env:BENCH_KEY] }\n"

    def more(self):
        return ""

    def command(self):
        configuration = self.directory / "sluice.yaml"
        configuration.write_text(f"""storage:
  database: sqlite:{self.directory}/sluice.db
  ledger: {self.ledger}
providers:
  bench:
    kind: openai-compatible
    url: http://127.0.0.1:{self.bench.upstream_port}/v1
    keys: [env:BENCH_PROVIDER_KEY]
  messages:
    kind: anthropic
    url: http://127.0.0.1:{self.bench.upstream_port}
    keys: [env:BENCH_PROVIDER_KEY]
models:
{self.models()}consumers:
{self.consumers()}{self.more()}""")
        return [
            str(self.bench.sluice), "serve", "--config", str(configuration), "--gateway", f"127.0.0.1:{self.port}",
            "--admin", f"127.0.0.1:{self.admin_port}", "--data", str(self.directory)]


class LimitedSluice(Sluice):
    """A key of the database, and five limits of all units that every call is counted by."""

    name = "sluice limited"
    ledger = "true"
    note = "an issued key, five limits and the ledger as well"

    def consumers(self):
        return """  bench:
    limits:
      - { requests: 1000000000, per: minute }
      - { tokens: 1000000000000, per: hour }
      - { cost: 1000000000 EUR, per: month }
      - { concurrent: 100000 }
"""

    def more(self):
        return """limits:
  - { requests: 1000000000, per: day, by: ip }
prices:
  "bench/*": { input: 1 EUR, output: 2 EUR }
"""

    def start(self):
        command = self.command()
        if self.key == KEY:
            made = subprocess.run(
                [command[0], "keys", "create", "--consumer", "bench", "--config", self.directory / "sluice.yaml",
                 "--data", self.directory],
                env={**os.environ, **self.environment()}, capture_output=True, text=True, check=True)
            self.key = made.stdout.split()[1]
        return super().start()


class NumberedSluice(Sluice):
    """Models `model-000000` … and keys `sk-bench-000000` …, as many as asked."""

    patience = 120

    def __init__(self, bench, name, model_count, key_count):
        self.name = name
        super().__init__(bench)
        self.model_count = model_count
        self.key_count = key_count
        self.probe = PLAIN.replace("plain", "model-000000")
        self.key = "sk-bench-000000"

    def models(self):
        return "".join(f"  model-{index:06}: {{ targets: [bench/plain] }}\n" for index in range(self.model_count))

    def consumers(self):
        lines = []
        for first in range(0, self.key_count, 100):
            lines.append(f"  consumer-{first // 100:04}:\n    keys:\n")
            for index in range(first, min(first + 100, self.key_count)):
                digest = hashlib.sha256(f"sk-bench-{index:06}".encode()).hexdigest()
                lines.append(f'      - "sha256:{digest}"\n')
        return "".join(lines)

    def load_options(self):
        return {
            "model": "model-", "model_count": self.model_count, "key": "sk-bench-", "key_count": self.key_count}


class LiteLLM(Gateway):
    name = "litellm"
    note = "one worker, master key"
    patience = 180

    def command(self):
        names = ["plain", "stream-20x5ms", "stream-64x20ms"]
        entries = "".join(
            f"  - model_name: {name}\n    litellm_params: {{ model: openai/{name}, api_key: sk-upstream, "
            f"api_base: 'http://127.0.0.1:{self.bench.upstream_port}/v1' }}\n" for name in names)
        configuration = self.directory / "litellm.yaml"
        configuration.write_text(f"model_list:\n{entries}general_settings: {{ master_key: {KEY} }}\n")
        return [
            str(self.bench.peers / "bin" / "litellm"), "--config", str(configuration), "--host", "127.0.0.1",
            "--port", str(self.port), "--num_workers", "1"]


class SglangRouter(Gateway):
    name = "sglang-router"
    note = "round robin over one worker, no key check"
    patience = 120

    def command(self):
        return [
            str(self.bench.peers / "bin" / "python"), "-m", "sglang_router.launch_router", "--host", "127.0.0.1",
            "--port", str(self.port), "--worker-urls", f"http://127.0.0.1:{self.bench.upstream_port}",
            "--policy", "round_robin", "--prometheus-port", str(free_port()), "--log-level", "error"]


def install_peers(directory):
    """LiteLLM and sglang-router from PyPI, in a virtual environment of their own."""
    if not (directory / "bin" / "litellm").exists():
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        subprocess.run(
            [str(directory / "bin" / "pip"), "install", "--quiet", "litellm[proxy]", "sglang-router"], check=True)
