"""A provider that answers by path, and checks what it is sent."""

import asyncio
import json
import re
import traceback
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from upstream import Request, Upstream


@dataclass
class Call:
    """A request as a handler sees it."""

    request: Request
    query: dict
    parts: tuple

    @property
    def json(self):
        assert self.request.headers.get("content-type", "").split(";")[0] == "application/json"
        return json.loads(self.request.body)

    @property
    def form(self):
        return form(self.request)


@dataclass
class Part:
    name: str
    filename: str | None
    kind: str | None
    data: bytes


def form(request):
    """The parts of a form (RFC 7578), read as strictly as a provider would."""
    kind, _, rest = request.headers["content-type"].partition(";")
    assert kind == "multipart/form-data", kind
    boundary = re.fullmatch(r'\s*boundary="?([^";]+)"?', rest).group(1).encode()
    assert request.body.endswith(b"\r\n--" + boundary + b"--\r\n") or request.body.endswith(b"\r\n--" + boundary + b"--")
    pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary)
    assert pieces[0] == b"" and pieces[-1].strip() == b"--"
    parts = []
    for piece in pieces[1:-1]:
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        fields = {}
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        disposition = fields["content-disposition"]
        named = re.search(r'filename="([^"]*)"', disposition)
        parts.append(Part(
            re.search(r'\bname="([^"]*)"', disposition).group(1), named and named.group(1), fields.get("content-type"), data))
    return parts


def fields(parts):
    """What a form says besides its files."""
    return {part.name: part.data.decode() for part in parts if part.filename is None}


def files(parts):
    return [(part.name, part.filename, part.data) for part in parts if part.filename is not None]


def json_answer(body, status=200, headers=None):
    return typed_answer(json.dumps(body).encode(), "application/json", status, headers)


def typed_answer(body, kind, status=200, headers=None):
    lines = [f"HTTP/1.1 {status} Status", f"content-type: {kind}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


def chunked_answer(pieces, kind):
    steps = [f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode()]
    return steps + [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]


class Routed(Upstream):
    """Handlers by method and path. An assertion that fails in one is an answer 418, and is kept in `faults`."""

    def __init__(self):
        self.routes = []
        self.faults = []
        self.received = []
        super().__init__()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    def on(self, method, pattern):
        """Marks a function as what answers; the groups of the pattern are `call.parts`."""
        def keep(function):
            self.routes.append((method, re.compile(pattern), function))
            return function
        return keep

    async def _serve(self, reader, writer):
        try:
            while request := await self._read(reader):
                self.received.append(request)
                for step in self._steps(request):
                    writer.write(step)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _steps(self, request):
        target = urlsplit(request.path)
        for method, pattern, function in self.routes:
            found = pattern.fullmatch(target.path)
            if found and method == request.method:
                try:
                    return function(Call(request, dict(parse_qsl(target.query)), found.groups()))
                except Exception:
                    self.faults.append(traceback.format_exc())
                    return json_answer({"error": {"message": "the provider was sent something wrong"}}, 418)
        self.faults.append(f"no route for {request.method} {request.path}")
        return json_answer({"error": {"message": "no such path", "type": "invalid_request_error"}}, 404)
