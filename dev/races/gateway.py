"""The program, a provider whose usage is what was reserved, and plain HTTP calls."""

import asyncio
import hashlib
import json
import os
import re
import subprocess
import time
import urllib.request

OUTPUT = 7
BODY = b'{"model":"m","messages":[{"role":"user","content":"How many are let in?"}],"max_tokens":%d}' % OUTPUT


def key(name):
    return f"sk-races-{name}-0123456789"


def digest(name):
    return "sha256:" + hashlib.sha256(key(name).encode()).hexdigest()


class Provider:
    """Answers with a usage of `prompt` and OUTPUT tokens, after `delay` seconds."""

    def __init__(self):
        self.prompt, self.delay = 5, 0.0

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(re.search(rb"(?i)content-length: *(\d+)", head).group(1)))
                if self.delay:
                    await asyncio.sleep(self.delay)
                usage = {"prompt_tokens": self.prompt, "completion_tokens": OUTPUT, "total_tokens": self.prompt + OUTPUT}
                message = {"role": "assistant", "content": "So many."}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                text = json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "up", "choices": [choice], "usage": usage})
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(text), text.encode()))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Program:
    """A gateway on a directory, which outlives it."""

    def __init__(self, place, configuration):
        self.place = place
        self.configuration = os.path.join(place, "sluice.yaml")
        self.log = os.path.join(place, "program.log")
        with open(self.configuration, "w") as file:
            file.write(configuration)

    def start(self):
        arguments = [os.environ["SLUICE"], "serve", "--config", self.configuration, "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                arguments, cwd=self.place, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.port, self.admin = self.listening("gateway"), self.listening("admin")

    @property
    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": self.place}

    def listening(self, plane):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with open(self.log) as file:
                for line in file:
                    if "listening" in line and f"plane={plane}" in line:
                        return int(re.search(r"address=\S+:(\d+)", line).group(1))
            time.sleep(0.01)
        raise SystemExit(f"the {plane} plane does not listen:\n{open(self.log).read()}")

    def command(self, *words):
        """What a command prints on the same database."""
        result = subprocess.run(
            [os.environ["SLUICE"], *words, "--config", self.configuration], cwd=self.place, env=self.environment,
            capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"sluice {' '.join(words)} failed: {result.stderr}")
        return result.stdout

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=30) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        raise SystemExit(f"there is no metric {name}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Client:
    """One connection that calls as the holder of a key."""

    def __init__(self, port, name):
        self.port = port
        self.request = (
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: races\r\ncontent-type: application/json\r\nauthorization: Bearer %s\r\n"
            b"content-length: %d\r\n\r\n%s" % (key(name).encode(), len(BODY), BODY))

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def call(self):
        """Status and head in lower case."""
        self.writer.write(self.request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        await self.reader.readexactly(int(re.search(r"content-length: *(\d+)", head).group(1)))
        return int(head.split(" ", 2)[1]), head

    def close(self):
        self.writer.close()


def header(head, name):
    found = re.search(rf"\r\n{name}: *([^\r]*)", head)
    return found.group(1) if found else None
