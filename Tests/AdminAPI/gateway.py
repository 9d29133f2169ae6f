"""The program on free ports with an empty directory, and a provider that it can ask."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import requests

PASSWORD = "correct horse"
TOKEN = "the token of the file"

FILE = """
server: {{ admin: {{ address: "127.0.0.1:{admin}", token: "{token}" }}, gateway: {{ address: "127.0.0.1:{port}" }} }}
storage: {{ masterKey: "file:master.key" }}
providers:
  upstream: {{ kind: openai, url: "http://127.0.0.1:{upstream}/v1", keys: ["a secret"] }}
models:
  gpt-4o: {{ targets: [upstream/gpt-4o] }}
consumers:
  app: {{ team: blue, conversations: true }}
teams:
  blue: {{ organisation: acme, models: ["gpt-*"] }}
organisations:
  acme: {{}}
limits:
  - {{ quota: starter, tokens: 1000000, by: consumer }}
  - {{ requests: 1000, per: day, by: consumer }}
  - {{ cost: 100 USD, per: month, budget: true }}
"""


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers chats, and says which models there are."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer({"object": "list", "data": [{"id": "gpt-4o", "object": "model", "created": 1, "owned_by": "me"}]})

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        message = {"role": "assistant", "content": "Hello."}
        usage = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
        self.answer({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o", "usage": usage,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        })

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Gateway:
    """Runs while the `with` lasts."""

    def __enter__(self):
        self.upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        threading.Thread(target=self.upstream.serve_forever, daemon=True).start()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-admin-api-"))
        admin = free_port()
        (self.folder / "master.key").write_text("0f" * 32)
        (self.folder / "sluice.yaml").write_text(
            FILE.format(admin=admin, port=free_port(), token=TOKEN, upstream=self.upstream.server_address[1]))
        self.address = f"http://127.0.0.1:{admin}"
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [os.environ["SLUICE"], "serve", "--config", "sluice.yaml", "--data", "."], cwd=self.folder, stdout=self.log,
            stderr=self.log)
        deadline = time.monotonic() + 60
        while True:
            try:
                requests.get(self.address + "/health/live", timeout=5)
                return self
            except requests.RequestException:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text()
                    self.__exit__()
                    raise RuntimeError("it does not start:\n" + log[-4000:])
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.upstream.shutdown()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
