"""Realtime sessions and chat over WebSocket."""

import asyncio
import json
import threading
import time

import openai
import pytest
import websockets
from websockets.sync.client import connect
from websockets.sync.server import serve

from conftest import KEY
from gateway import Gateway
from upstream import Upstream, answer, chunk, completion, error, events

MESSAGES = [{"role": "user", "content": "hi"}]
USAGE = {
    "total_tokens": 12, "input_tokens": 8, "output_tokens": 4,
    "input_token_details": {"text_tokens": 8, "audio_tokens": 0, "cached_tokens": 0},
    "output_token_details": {"text_tokens": 4, "audio_tokens": 0},
}
CONFIGURATION = """
providers:
  main: {{ kind: openai, url: {sessions}, keys: [env:UP_KEY] }}
  calls: {{ kind: openai-compatible, url: {calls} }}
  azure: {{ kind: azure-openai, url: {root}, keys: [env:AZURE_KEY], apiVersion: 2025-04-01-preview, deployments: {{ gpt-realtime: voices }} }}
  azure-v1: {{ kind: azure-openai, url: {root}/openai/v1, keys: [env:AZURE_KEY] }}
  google: {{ kind: gemini, url: {calls}, keys: [env:UP_KEY] }}
  cloud: {{ kind: vertex, url: {calls}, keys: [env:UP_KEY] }}
models:
  voice: {{ targets: [main/gpt-realtime] }}
  azure-voice: {{ targets: [azure/gpt-realtime] }}
  azure-own-name: {{ targets: [azure/other&voices] }}
  azure-v1-voice: {{ targets: [azure-v1/gpt-realtime] }}
  google-voice: {{ targets: [google/gemini-live, cloud/gemini-live] }}
  any-voice: {{ targets: [google/gemini-live, cloud/gemini-live, azure/gpt-realtime] }}
  chat: {{ targets: [calls/up-chat], retry: {{ attempts: 0 }} }}
consumers:
  app: {{ keys: [env:APP_KEY] }}
"""


class Sessions:
    """A provider of realtime sessions that answers each turn with the text of the last item."""

    def __init__(self):
        self.requests = []
        self._server = serve(self._session, "127.0.0.1", 0, max_size=1 << 24)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def root(self):
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def url(self):
        return f"{self.root}/v1"

    def stop(self):
        self._server.shutdown()

    def _session(self, connection):
        self.requests.append(connection.request)
        self._send(connection, "session.created", session={"type": "realtime", "model": "gpt-realtime"})
        text = ""
        for message in connection:
            event = json.loads(message)
            if event["type"] == "session.update":
                self._send(connection, "session.updated", session=event["session"])
            elif event["type"] == "conversation.item.create":
                text = event["item"]["content"][0]["text"]
            elif event["type"] == "input_audio_buffer.append":
                self._send(connection, "error", error={"type": "x", "message": str(len(event["audio"]))})
            elif event["type"] == "response.create":
                place = {"response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0}
                for part in (text[:3], text[3:]):
                    self._send(connection, "response.output_text.delta", delta=part, **place)
                self._send(connection, "response.output_text.done", text=text, **place)
                self._send(connection, "response.done", response={"id": "r", "status": "completed", "usage": USAGE})

    def _send(self, connection, type, **members):
        connection.send(json.dumps({"type": type, "event_id": f"event-{type}", **members}))


@pytest.fixture(scope="module")
def running():
    sessions, calls = Sessions(), Upstream()
    gateway = Gateway(
        CONFIGURATION.format(sessions=sessions.url, root=sessions.root, calls=calls.url),
        {"UP_KEY": "sk-of-the-provider", "AZURE_KEY": "key-of-azure", "APP_KEY": KEY},
    )
    yield gateway, sessions, calls
    gateway.stop()
    sessions.stop()
    calls.stop()


def turn(text):
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def client(kind, gateway, key=KEY):
    return kind(base_url=gateway.url, api_key=key, max_retries=0)


def test_the_sdk_holds_a_session(running):
    gateway, sessions, _ = running
    with client(openai.OpenAI, gateway).realtime.connect(model="voice") as connection:
        assert connection.recv().type == "session.created"
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        assert connection.recv().type == "session.updated"
        for said in ("good day", "Grüße aus Köln"):
            connection.conversation.item.create(item=turn(said))
            connection.response.create()
            heard = ""
            for event in connection:
                if event.type == "response.output_text.delta":
                    heard += event.delta
                if event.type == "response.done":
                    assert event.response.usage.total_tokens == 12
                    break
            assert heard == said
    request = sessions.requests[-1]
    assert request.path == "/v1/realtime?model=gpt-realtime"
    assert request.headers["authorization"] == "Bearer sk-of-the-provider"
    line = next(json.loads(line) for line in await_line(gateway, '"surface":"realtime"'))
    assert line["usage"]["input_uncached"] == 16 and line["usage"]["output"] == 8
    assert line["close_code"] == 1000 and line["outcome"] == "success"


def await_line(gateway, text):
    """The lines of the log with `text`, once there are some."""
    for _ in range(500):
        lines = [line for line in gateway.said.split("\n") if text in line]
        if lines:
            return lines
        time.sleep(0.01)
    raise TimeoutError(text)


def test_the_async_sdk_holds_a_session(running):
    gateway, _, _ = running

    async def run():
        async with client(openai.AsyncOpenAI, gateway).realtime.connect(model="voice") as connection:
            assert (await connection.recv()).type == "session.created"
            await connection.input_audio_buffer.append(audio="A" * 3_000_000)
            event = await connection.recv()
            assert event.type == "error" and event.error.message == "3000000"

    asyncio.run(run())


def hear(connection, text):
    """One turn of a session, whose answer is what was said."""
    assert connection.recv().type == "session.created"
    connection.conversation.item.create(item=turn(text))
    connection.response.create()
    heard = ""
    for event in connection:
        if event.type == "response.output_text.delta":
            heard += event.delta
        if event.type == "response.done":
            return heard


@pytest.mark.parametrize("model, path", [
    ("azure-voice", "/openai/realtime?api-version=2025-04-01-preview&deployment=voices"),
    ("azure-own-name", "/openai/realtime?api-version=2025-04-01-preview&deployment=other%26voices"),
    ("azure-v1-voice", "/openai/v1/realtime?model=gpt-realtime"),
])
def test_a_session_at_azure(running, model, path):
    gateway, sessions, _ = running
    with client(openai.OpenAI, gateway).realtime.connect(model=model) as connection:
        assert hear(connection, "good day") == "good day"
    request = sessions.requests[-1]
    assert request.path == path
    assert request.headers["api-key"] == "key-of-azure" and "authorization" not in request.headers
    assert KEY not in str(request.headers)


def test_who_has_no_sessions_is_passed_over(running):
    gateway, sessions, _ = running
    with client(openai.OpenAI, gateway).realtime.connect(model="any-voice") as connection:
        assert hear(connection, "still here") == "still here"
    assert sessions.requests[-1].path.endswith("&deployment=voices")


def test_a_model_without_sessions_is_refused(running):
    gateway, sessions, _ = running
    before = len(sessions.requests)
    with pytest.raises(websockets.exceptions.InvalidStatus) as raised:
        client(openai.OpenAI, gateway).realtime.connect(model="google-voice").enter()
    assert raised.value.response.status_code == 400
    assert json.loads(raised.value.response.body)["error"]["code"] == "unsupported_by_model"
    assert len(sessions.requests) == before


@pytest.mark.parametrize("key, model, status", [("sk-wrong", "voice", 401), (KEY, "no-such", 404)])
def test_a_refusal_is_seen_by_the_sdk(running, key, model, status):
    gateway, _, _ = running
    with pytest.raises(websockets.exceptions.InvalidStatus) as raised:
        client(openai.OpenAI, gateway, key).realtime.connect(model=model).enter()
    assert raised.value.response.status_code == status


def address(gateway, path):
    return f"ws://127.0.0.1:{gateway.port}{path}"


def test_a_browser_presents_its_key_as_a_subprotocol(running):
    gateway, _, _ = running
    protocols = ["realtime", f"openai-insecure-api-key.{KEY}", "openai-beta.realtime-v1"]
    with connect(address(gateway, "/v1/realtime?model=voice"), subprotocols=protocols) as connection:
        assert connection.subprotocol == "realtime"
        assert json.loads(connection.recv())["type"] == "session.created"


def test_chat_calls_are_messages(running):
    gateway, _, calls = running
    calls.will(
        answer(completion({"content": "plain"})),
        events(chunk({"content": "one "}), chunk({"content": "two"}), chunk(finish="stop")),
        error(400, "bad idea"),
        answer(completion({"content": "still here"})),
    )
    headers = {"authorization": f"Bearer {KEY}"}
    with connect(address(gateway, "/v1/chat/completions"), additional_headers=headers) as connection:
        connection.send(json.dumps({"model": "chat", "messages": MESSAGES}))
        assert json.loads(connection.recv())["choices"][0]["message"]["content"] == "plain"
        connection.send(json.dumps({"model": "chat", "messages": MESSAGES, "stream": True}))
        content = ""
        while (message := connection.recv()) != "[DONE]":
            content += json.loads(message)["choices"][0]["delta"].get("content", "")
        assert content == "one two"
        connection.send(json.dumps({"model": "chat", "messages": MESSAGES}))
        assert json.loads(connection.recv())["error"]["message"] == "bad idea"
        connection.send(json.dumps({"model": "chat", "messages": MESSAGES}))
        assert json.loads(connection.recv())["choices"][0]["message"]["content"] == "still here"
        assert calls.last.headers.get("authorization") is None
