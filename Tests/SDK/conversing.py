"""A provider in every dialect that checks each conversation against its schema, and answers with the recorded ones."""

import json
import traceback

from failures import failure
from fixtures import ROOT, Recorded, is_stream, scenario_of, stream_of
from schemas import SCHEMAS

SCHEMA_TEXT = '{"city":"Z\u00fcrich","days":2}'


class Conversing(Recorded):
    """Calls tools where it is given some, and then answers; writes JSON where a schema asks for it.

    What a schema forbids is an answer 418, and kept in `faults`. What was said is in `said`. With `scenarios`, the next answers
    are those.
    """

    def __init__(self):
        self.faults, self.said, self.bodies, self.scenarios = [], [], [], []
        super().__init__()

    def forget(self):
        self.faults, self.said, self.bodies, self.received, self.scenarios = [], [], [], [], []

    async def _answer(self, request, reader, writer):
        dialect = request.path.split("/")[1]
        try:
            body = json.loads(request.body)
            self.bodies.append(body)
            said = SCHEMAS[dialect](body)
        except Exception:
            self.faults.append(f"{dialect}: {traceback.format_exc()}\n{request.body[:3000].decode(errors='replace')}")
            await self._write(writer, 418, b'{"message":"not what the schema allows"}')
            return
        self.said.append(said)
        forced = said.must_call and not said.results
        if forced and said.must_call not in ("get_weather", "get_time"):
            await self._write(writer, 200, forced_call(dialect, said.must_call))
            return
        if said.schema:
            assert not is_stream(request.path, body)
            await self._write(writer, 200, with_text(dialect, SCHEMA_TEXT))
            return
        scenario = "tools" if said.tools and not said.results else "text"
        if self.scenarios:
            scenario = self.scenarios.pop(0)
        await self._recorded(dialect, scenario, is_stream(request.path, body), writer)


def with_text(dialect, text):
    """The recorded answer with another text."""
    written = json.dumps('Hello, W\u00f6rld! \U0001f600\nIt\'s "quoted".', ensure_ascii=False)
    answer = (ROOT / dialect / "text.answer.json").read_text()
    plain = json.loads(answer)

    def replaced(value):
        if isinstance(value, dict):
            return {name: replaced(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner) for inner in value]
        return text if value == json.loads(written) else value

    changed = replaced(plain)
    assert changed != plain
    return json.dumps(changed).encode()


def forced_call(dialect, name):
    """The recorded answer with one call of the tool that was forced."""
    answer = json.loads((ROOT / dialect / "text.answer.json").read_text())
    arguments = json.loads(SCHEMA_TEXT)
    if dialect == "anthropic":
        answer["content"] = [{"type": "tool_use", "id": "toolu_1", "name": name, "input": arguments}]
        answer["stop_reason"] = "tool_use"
    else:
        assert dialect == "bedrock-converse", dialect
        answer["output"]["message"]["content"] = [{"toolUse": {"toolUseId": "t1", "name": name, "input": arguments}}]
        answer["stopReason"] = "tool_use"
    return json.dumps(answer).encode()


class Breaking(Recorded):
    """Sends the start of a recorded stream, and then waits for its receiver to go away."""

    def __init__(self):
        self.left = 0
        super().__init__()

    async def _answer(self, request, reader, writer):
        stream, kind = stream_of(request.path.split("/")[1], "text")
        # Up to the middle of the text.
        piece = stream[:len(stream) * 3 // 5]
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n" % kind)
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
        assert await reader.read(1) == b""
        self.left += 1


class Failing(Recorded):
    """Fails as the model's name says."""

    async def _answer(self, request, reader, writer):
        dialect = request.path.split("/")[1]
        status, headers, body = failure(dialect, scenario_of(request.path, request.json))
        await self._write(writer, status, json.dumps(body).encode(), headers)
