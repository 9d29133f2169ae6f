"""The calls of a soak: what is sent, and what must come back."""

import asyncio
import json
import random
import socket

KEY = "sk-soak"

# Kinds of calls with their shares.
PLAIN_FAULTS = ["error-500", "rate-limit", "error-in-200", "garbage", "cut", "close", "reset"]
STREAM_FAULTS = ["error-500", "error-in-200", "cut", "reset"]
KINDS = (
    [("plain", "", 600), ("stream", "", 150), ("stream", "slow", 40), ("stream", "cut-after-content", 12)]
    + [("plain", fault, 14) for fault in PLAIN_FAULTS]
    + [("stream", fault, 12) for fault in STREAM_FAULTS]
    + [("plain", "refused", 15), ("plain", "all-fail", 3), ("leave", "leave", 8)]
    + [("unknown-model", "", 6), ("wrong-key", "", 6), ("bad-json", "", 6)]
)


def request(kind, fault, nonce):
    model = "nothing" if kind == "unknown-model" else "m"
    stream = '"stream":true,' if kind in ("stream", "leave") else ""
    body = (
        f'{{"model":"{model}",{stream}"messages":[{{"role":"user","content":"soak"}}],'
        f'"soak":{{"nonce":"{nonce}","fault":"{fault}"}}}}'
    )
    if kind == "bad-json":
        body = body[:-1]
    key = "sk-wrong" if kind == "wrong-key" else KEY
    return (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: soak\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    ).encode()


def contents(body):
    """The content of a stream, its number of `[DONE]`s and whether it has an error."""
    text, done, failed = "", 0, False
    for event in body.decode().split("\n\n"):
        if not event:
            continue
        data = event.removeprefix("data: ")
        if data == "[DONE]":
            done += 1
            continue
        value = json.loads(data)
        failed = failed or "error" in value
        for choice in value.get("choices", []):
            text += choice["delta"].get("content") or ""
    return text, done, failed


def wrong(kind, fault, nonce, status, body):
    """What is wrong with an answer; `None` when nothing is."""
    expected = {"unknown-model": 404, "wrong-key": 401, "bad-json": 400}.get(kind)
    expected = expected or {"refused": 400, "all-fail": 503}.get(fault, 200)
    if status != expected:
        return f"status {status} instead of {expected}: {body[:300]!r}"
    if expected != 200:
        if "error" not in json.loads(body):
            return f"no error in {body[:300]!r}"
        if fault in ("refused", "all-fail") and nonce not in body.decode():
            return f"the error of another request: {body[:300]!r}"
        return None
    if kind == "plain":
        answered = json.loads(body)["choices"][0]["message"]["content"]
        return None if answered == nonce else f"the answer of another request: {answered}"
    text, done, failed = contents(body)
    if fault == "cut-after-content":
        return None if (text, done, failed) == (nonce[:4], 0, True) else f"a broken stream that looks like {body[-300:]!r}"
    return None if (text, done, failed) == (nonce, 1, False) else f"a stream that ends like {body[-300:]!r}"


class Tally:
    """What happened, over all connections."""

    def __init__(self, total):
        self.left = total
        self.finished = 0
        self.kinds = {}
        self.wrong = []

    def take(self):
        self.left -= 1
        return self.left >= 0

    def note(self, kind, fault, problem):
        self.finished += 1
        name = f"{kind} {fault}".strip()
        self.kinds[name] = self.kinds.get(name, 0) + 1
        if problem:
            self.wrong.append(f"{name}: {problem}")


class Caller(asyncio.Protocol):
    """One client connection that makes one call after the other."""

    def __init__(self, tally, source, finished):
        self.tally, self.source, self.finished = tally, source, finished
        self.current = None
        self.last = "none"

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.next()

    def next(self):
        if len(self.tally.wrong) > 20 or not self.tally.take():
            self.end()
            return
        (kind, fault, _), = self.source.choices(KINDS, cum_weights=WEIGHTS)
        nonce = f"{self.source.getrandbits(64):016x}"
        self.current = (kind, fault, nonce)
        self.buffer, self.head, self.body = bytearray(), None, bytearray()
        self.transport.write(request(kind, fault, nonce))

    def end(self):
        self.current = None
        self.transport.close()
        if not self.finished.done():
            self.finished.set_result("done")

    def data_received(self, data):
        if self.current is None:
            self.tally.wrong.append(f"bytes that nobody asked for: {data[:200]!r}")
            return
        self.buffer += data
        if self.head is None and not self.read_head():
            return
        if self.current[0] == "leave" and self.status == 200:
            if b'"content":"' + self.current[2].encode() in self.buffer:
                # A reset or an orderly end, in turn.
                self.settle(None)
                self.transport.abort() if self.source.random() < 0.5 else self.transport.close()
                self.finished.set_result("left")
            return
        try:
            complete = self.read_body()
        except ValueError as problem:
            self.settle(f"{problem}: {bytes(self.buffer[:300])!r}")
            self.end()
            return
        if complete:
            kind, fault, nonce = self.current
            try:
                problem = wrong(kind, fault, nonce, self.status, bytes(self.body))
            except (ValueError, KeyError, IndexError) as failure:
                problem = f"{failure!r} in {bytes(self.body[:300])!r}"
            if self.buffer:
                problem = problem or f"bytes after the answer: {bytes(self.buffer[:200])!r}"
            self.settle(problem)
            if problem:
                self.end()
            elif b"\r\nconnection: close" in self.head:
                self.transport.close()
                self.finished.set_result("announced")
            else:
                self.last = f"{kind} {fault} {self.head}"
                self.next()

    def connection_lost(self, error):
        if self.current is not None:
            self.settle(f"the connection was lost in the middle ({error}) after {self.last}")
        if not self.finished.done():
            self.finished.set_result("lost")

    def settle(self, problem):
        kind, fault, _ = self.current
        self.current = None
        self.tally.note(kind, fault, problem)

    def read_head(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        self.head = bytes(self.buffer[:end]).lower()
        del self.buffer[:end + 4]
        self.status = int(self.head[9:12])
        at = self.head.find(b"\r\ncontent-length:")
        self.length = int(self.head[at + 17:].split(b"\r\n", 1)[0]) if at >= 0 else None
        if self.length is None and b"\r\ntransfer-encoding: chunked" not in self.head:
            self.length = 0
        return True

    def read_body(self):
        if self.length is not None:
            if len(self.buffer) < self.length:
                return False
            self.body, self.buffer = self.buffer[:self.length], self.buffer[self.length:]
            return True
        while True:
            end = self.buffer.find(b"\r\n")
            if end < 0:
                return False
            size = int(self.buffer[:end], 16)
            if len(self.buffer) < end + 4 + size:
                return False
            self.body += self.buffer[end + 2:end + 2 + size]
            if self.buffer[end + 2 + size:end + 4 + size] != b"\r\n":
                raise ValueError("a chunk without its end")
            del self.buffer[:end + 4 + size]
            if size == 0:
                return True


WEIGHTS = []
for _, _, share in KINDS:
    WEIGHTS.append((WEIGHTS[-1] if WEIGHTS else 0) + share)


async def call_until_done(tally, port, seed):
    """One client, with as many connections, one after the other, as it needs."""
    source = random.Random(seed)
    loop = asyncio.get_running_loop()
    while True:
        finished = loop.create_future()
        await loop.create_connection(lambda: Caller(tally, source, finished), "127.0.0.1", port)
        if await finished == "done" or tally.left <= 0:
            return
