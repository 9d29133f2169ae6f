"""A provider that answers with the recorded conversations of Tests/Fixtures/Dialects, in every dialect."""

import asyncio
import binascii
import json
import pathlib
import re

from upstream import Request, Upstream

ROOT = pathlib.Path(__file__).resolve().parents[1] / "Fixtures" / "Dialects"

# Where each dialect's call is below the provider's base path, and its kind in the configuration.
PROVIDERS = {
    "openai-chat": {"kind": "openai-compatible", "base": "/openai-chat/v1"},
    "openai-responses": {"kind": "openai-compatible", "base": "/openai-responses/v1", "dialect": "openai-responses"},
    "anthropic": {"kind": "anthropic", "base": "/anthropic"},
    "gemini": {"kind": "gemini", "base": "/gemini"},
    "bedrock-converse": {"kind": "bedrock", "base": "/bedrock-converse"},
    "cohere": {"kind": "cohere", "base": "/cohere"},
}


def scenario_of(path, body):
    """The scenario is the model at the provider."""
    named = re.search(r"/models?/([^/:]+)(?::|/converse)", path)
    return named.group(1) if named else body["model"]


def is_stream(path, body):
    return bool(body.get("stream")) or "streamGenerateContent" in path or path.endswith("/converse-stream")


class Recorded(Upstream):
    """Serves `SCENARIO.answer.json` and `SCENARIO.stream.txt` of the dialect that the path begins with."""

    def __init__(self):
        self.received = []
        super().__init__()

    def base(self, dialect):
        return f"http://127.0.0.1:{self.port}{PROVIDERS[dialect]['base']}"

    async def _serve(self, reader, writer):
        try:
            while request := await self._read(reader):
                self.received.append(request)
                await self._answer(request, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request, reader, writer):
        body = request.json
        await self._recorded(
            request.path.split("/")[1], scenario_of(request.path, body), is_stream(request.path, body), writer)

    async def _recorded(self, dialect, scenario, streamed, writer):
        if not streamed:
            await self._write(writer, 200, (ROOT / dialect / f"{scenario}.answer.json").read_bytes())
            return
        stream, kind = stream_of(dialect, scenario)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n" % kind)
        for start in range(0, len(stream), 61):
            piece = stream[start:start + 61]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _write(self, writer, status, body, headers=None):
        lines = [f"HTTP/1.1 {status} Status", "content-type: application/json", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()


def stream_of(dialect, scenario):
    """The bytes of a recorded stream, and their type."""
    stream = (ROOT / dialect / f"{scenario}.stream.txt").read_bytes()
    if dialect == "bedrock-converse":
        return binascii.unhexlify(b"".join(stream.split())), b"application/vnd.amazon.eventstream"
    return stream, b"text/event-stream"


def provider_lines(recorded):
    """One provider a dialect."""
    lines = ["providers:"]
    for dialect, setting in PROVIDERS.items():
        extra = f", dialect: {setting['dialect']}" if "dialect" in setting else ""
        lines.append(
            f"  {dialect}: {{ kind: {setting['kind']}, url: {recorded.base(dialect)}, keys: [env:UP_KEY]{extra} }}")
    return lines


def configuration(recorded, scenarios):
    """One provider a dialect and one model a scenario: `anthropic-text`."""
    lines = ["server: { health: { failures: 1000 } }", *provider_lines(recorded)]
    lines.append("models:")
    for dialect in PROVIDERS:
        for scenario in scenarios:
            lines.append(f"  {dialect}-{scenario}: {{ targets: [{dialect}/{scenario}], retry: {{ attempts: 0 }} }}")
    lines += ["consumers:", "  app: { keys: [env:APP_KEY] }"]
    return "\n".join(lines) + "\n"


def parsed(arguments):
    return json.loads(arguments) if isinstance(arguments, str) else arguments
