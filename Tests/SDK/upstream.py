"""A provider that answers as the test says, in raw HTTP."""

import asyncio
import json
import threading
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def answer(body, status=200, headers=None):
    """A whole answer. `body` is bytes, or what becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Status", "content-type: application/json", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


def error(status, message="no", headers=None, **members):
    return answer({"error": {"message": message, "type": "x", "param": None, "code": None, **members}}, status, headers)


def events(*items, done=True, cut=False):
    """A stream of events; with `cut` the connection ends in the middle."""
    steps = [b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"]
    texts = [item if isinstance(item, str) else json.dumps(item) for item in items]
    if done:
        texts.append("[DONE]")
    for text in texts:
        event = f"data: {text}\n\n".encode()
        steps.append(b"%x\r\n%s\r\n" % (len(event), event))
    steps.append(CLOSE if cut else b"0\r\n\r\n")
    return steps


def chunk(delta=None, finish=None, **members):
    """One event of a chat stream."""
    return {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "up",
        "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **members,
    }


def completion(message=None, finish="stop", **members):
    """A whole chat completion."""
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "up",
        "choices": [{
            "index": 0, "finish_reason": finish, "logprobs": None,
            "message": {"role": "assistant", "content": "hello", "refusal": None, **(message or {})},
        }],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}, **members,
    }


# Steps of a script that are no bytes.
CLOSE = object()
HANG = object()


@dataclass
class _State:
    script: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    abandoned: int = 0


class Upstream:
    """Listens on a thread of its own. `will` sets what the next requests get; the last script stays."""

    def __init__(self, tls=None):
        self._state = _State()
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait()

    @property
    def url(self):
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def requests(self):
        return self._state.requests

    @property
    def last(self):
        return self._state.requests[-1]

    @property
    def abandoned(self):
        """Answers whose receiver went away during a HANG."""
        return self._state.abandoned

    def will(self, *scripts):
        self._state = _State(script=list(scripts))

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, started):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()

    async def _serve(self, reader, writer):
        try:
            while request := await self._read(reader):
                state = self._state
                state.requests.append(request)
                script = state.script.pop(0) if len(state.script) > 1 else state.script[0]
                for step in script:
                    if step is CLOSE:
                        return
                    if step is HANG:
                        await reader.read(1)
                        state.abandoned += 1
                        return
                    writer.write(step)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _read(self, reader):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Request(method, path, headers, body)


class TunnelProxy(Upstream):
    """An HTTP proxy that opens tunnels and keeps the heads that asked for them."""

    def __init__(self):
        self.heads = []
        super().__init__()

    async def _serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            host, _, port = head.split(" ")[1].rpartition(":")
            onward, outward = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(self._pump(reader, outward), self._pump(onward, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _pump(self, reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
