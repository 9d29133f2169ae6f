"""A gateway under traffic of every kind: answers, failures, failovers, limits, budgets, versions, kept answers and
conversations, refused configurations."""

import http.server
import itertools
import json
import os
import re
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

KEYS = {"APP_KEY": "sk-app", "LIMITED_KEY": "sk-limited", "SPENDER_KEY": "sk-spender", "UP_KEY": "sk-up"}

# What each provider does is its name. `sometimes` fails at every second call, so it is never set aside.
CONFIGURATION = """
server:
  tls: {{ certificate: file:cert.pem, key: file:key.pem }}
  retryBudget: {{ ratio: 1, floor: 1000 }}
  health: {{ failures: 5, setAside: 2s, maximum: 2s }}
storage: {{ masterKey: file:master.key }}
providers:
  good: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/good/v1", keys: [env:UP_KEY] }}
  sometimes: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/sometimes/v1", keys: [env:UP_KEY] }}
  dead: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/dead/v1", keys: [env:UP_KEY] }}
  denied: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/denied/v1", keys: [env:UP_KEY] }}
  busy: {{ kind: openai-compatible, url: "http://127.0.0.1:{port}/busy/v1", keys: [env:UP_KEY] }}
models:
  assistant: {{ targets: [sometimes/up, good/up], retry: {{ attempts: 0 }} }}
  stuck: {{ targets: [dead/up], retry: {{ attempts: 0 }} }}
  denied: {{ targets: [denied/up, good/up], retry: {{ attempts: 0 }}, fallback: {{ on: [auth] }} }}
  busy: {{ targets: [busy/up, good/up], retry: {{ attempts: 0 }} }}
  free: {{ targets: [good/free] }}
  faq: {{ targets: [good/up], cache: true }}
  crowded: {{ targets: [good/up], limits: [{{ requests: 2, per: minute }}] }}
  versions:
    split:
      - {{ weight: 1, version: stable, targets: [good/up] }}
      - {{ weight: 1, version: canary, targets: [sometimes/up] }}
    retry: {{ attempts: 0 }}
teams: {{ web: {{ }} }}
consumers:
  app: {{ keys: [env:APP_KEY], team: web, conversations: true }}
  limited: {{ keys: [env:LIMITED_KEY], limits: [{{ requests: 3, per: minute }}] }}
  spender: {{ keys: [env:SPENDER_KEY], limits: [{{ cost: 0.000100 CNY, per: day, budget: true }}] }}
limits: [{{ cost: 1000 USD, per: month, by: consumer, budget: true }}, {{ stored: 1GiB, by: consumer }}]
prices:
  good/up: {{ input: 2 CNY, cachedInput: 1 CNY, output: 8 CNY }}
  "sometimes/*": {{ input: 1 USD, output: 4 USD }}
"""

USAGE = {
    "prompt_tokens": 20, "completion_tokens": 8, "total_tokens": 28,
    "prompt_tokens_details": {"cached_tokens": 5}, "completion_tokens_details": {"reasoning_tokens": 2},
}


class Provider(http.server.BaseHTTPRequestHandler):
    """All providers on one port, told apart by the first part of the path."""

    protocol_version = "HTTP/1.1"
    turns = itertools.count()

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = self.path.split("/")[1]
        status = {"dead": 503, "denied": 401, "busy": 429}.get(name, 200)
        if name == "sometimes" and next(self.turns) % 2:
            status = 503
        if status != 200:
            return self.answer(status, {"error": {"message": name, "type": "x", "code": None}})
        if body.get("stream"):
            return self.stream()
        # `free` sends no usage, so that the gateway estimates it.
        message = {"index": 0, "message": {"role": "assistant", "content": "hello there"}, "finish_reason": "stop"}
        answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "up", "choices": [message]}
        self.answer(200, answer if body["model"] == "free" else answer | {"usage": USAGE})

    def answer(self, status, document):
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for delta in ({"role": "assistant", "content": ""}, {"content": "hello"}, {"content": " there"}, {}):
            choice = {"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}
            self.event({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "up", "choices": [choice]})
            time.sleep(0.01)
        self.event({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "up", "choices": [], "usage": USAGE})
        self.chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def event(self, document):
        self.chunk(b"data: " + json.dumps(document).encode() + b"\n\n")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class Providers(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """The gateway may close a connection at any time."""


class Gateway:
    """The program, on ports of its own choice, and the traffic through it."""

    def __init__(self, program, place):
        self.providers = Providers(("127.0.0.1", 0), Provider)
        threading.Thread(target=self.providers.serve_forever, daemon=True).start()
        self.configuration = os.path.join(place, "sluice.yaml")
        self.log = os.path.join(place, "program.log")
        self.text = CONFIGURATION.format(port=self.providers.server_port)
        self.save(self.text)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=localhost", "-keyout",
             os.path.join(place, "key.pem"), "-out", os.path.join(place, "cert.pem")], check=True, capture_output=True)
        subprocess.run(
            [program, "secrets", "generate-key", "--output", os.path.join(place, "master.key")], check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=os.path.join(place, "cert.pem"))
        self.tls.check_hostname = False
        arguments = [program, "serve", "--config", self.configuration, "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        environment = {"PATH": os.environ["PATH"], "HOME": place} | KEYS
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                arguments, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.port = self.listening("gateway")
        self.admin = self.listening("admin")
        self.stopped = threading.Event()
        self.thread = None
        self.rounds = 0
        self.problems = []

    def save(self, text):
        temporary = self.configuration + ".new"
        with open(temporary, "w") as file:
            file.write(text)
        os.replace(temporary, self.configuration)

    def listening(self, plane):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with open(self.log) as file:
                for line in file:
                    if "listening" in line and f"plane={plane}" in line:
                        return int(re.search(r"address=\S+:(\d+)", line).group(1))
            time.sleep(0.05)
        raise SystemExit(f"the {plane} plane does not listen:\n{open(self.log).read()}")

    def call(self, model, key="sk-app", stream=False, headers={}):
        """The status of a call's answer."""
        body = {"model": model, "stream": stream, "max_tokens": 8, "messages": [{"role": "user", "content": "Say hello."}]}
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(body).encode(),
            {"authorization": f"Bearer {key}", "content-type": "application/json"} | headers)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.tls) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as error:
            error.read()
            return error.code

    def reload(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin}/config/reload", method="POST")
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except urllib.error.HTTPError as error:
            error.close()

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def round(self):
        """One of everything."""
        for stream in (False, True):
            for model in ("assistant", "stuck", "denied", "busy", "free", "versions", "versions", "versions", "nothing"):
                self.call(model, stream=stream)
        for _ in range(10):
            self.call("crowded")
        for _ in range(3):
            self.call("assistant", "sk-limited")
            self.call("assistant", "sk-spender")
        self.call("assistant", "sk-wrong")
        # The answer of the first round is given again; the other is told not to be kept.
        self.call("faq")
        self.call("faq", headers={"cache-control": "no-store"})
        if self.rounds % 4 == 2:
            self.save(self.text.replace("targets:", "targtes:"))
            self.reload()
            self.save(self.text)
            self.reload()
        self.rounds += 1

    def serve_traffic(self):
        """Rounds in a thread of its own until `stop`."""
        def run():
            try:
                while not self.stopped.wait(0.3):
                    self.round()
            except Exception as problem:
                self.problems.append(f"a call failed: {problem!r}")

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def wait_for_traffic(self, rounds, seconds, most):
        """Returns after so many rounds and seconds, and after `most` seconds in any case."""
        began = time.monotonic()
        while not self.problems and (passed := time.monotonic() - began) < most:
            if self.rounds >= rounds and passed >= seconds:
                return
            time.sleep(0.1)
        self.problems.append(f"only {self.rounds} rounds of traffic in {most} s")

    def stop(self):
        self.stopped.set()
        if self.thread:
            self.thread.join(10)
        self.process.kill()
        self.process.wait()
        self.providers.shutdown()
