"""Traces as a collector of OpenTelemetry reads them, and as one with those of a caller that uses its SDK."""

import time
import urllib.request

import anthropic
import openai
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import inject
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

from collector import Collector
from gateway import Gateway
from upstream import Upstream, answer, chunk, completion, error, events

KEY = "sk-of-the-app"
CONFIGURATION = """
telemetry:
  traces:
    endpoint: {collector}
    headers: {{ authorization: env:OTLP_AUTHORIZATION }}
    resource: {{ deployment.environment.name: test }}
prices:
  main/up-chat: {{ input: 2 USD, output: 8 USD }}
providers:
  main: {{ kind: openai-compatible, url: {url} }}
  second: {{ kind: openai-compatible, url: {url} }}
models:
  chat: {{ targets: [main/up-chat], retry: {{ attempts: 0 }} }}
  failing-over: {{ targets: [second/x, main/up-chat], retry: {{ attempts: 0 }} }}
teams:
  research: {{}}
consumers:
  app: {{ keys: [env:APP_KEY], team: research }}
"""
MESSAGES = [{"role": "user", "content": "a secret of mine"}]


@pytest.fixture
def collector():
    running = Collector()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def provider():
    running = Upstream()
    yield running
    running.stop()


@pytest.fixture
def gateway(provider, collector):
    running = Gateway(
        CONFIGURATION.format(url=provider.url, collector=collector.url),
        {"APP_KEY": KEY, "OTLP_AUTHORIZATION": "Bearer of-the-collector"},
    )
    yield running
    running.stop()


def call(gateway, model="chat", headers=None, **options):
    with openai.OpenAI(base_url=gateway.url, api_key=KEY, max_retries=0, timeout=20) as client:
        answer = client.chat.completions.create(model=model, messages=MESSAGES, extra_headers=headers, **options)
        return list(answer) if options.get("stream") else answer


def caller(collector, sampler=None):
    """An application that traces with the SDK and sends its spans to the same collector."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": "caller"}), **({"sampler": sampler} if sampler else {}))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=collector.url + "/v1/traces")))
    return provider.get_tracer("test")


def test_a_call_is_one_trace_with_that_of_its_caller(gateway, provider, collector):
    provider.will(error(503), answer(completion(model="up-chat-2026")))
    with caller(collector).start_as_current_span("ask"):
        headers = {}
        inject(headers)
        call(gateway, "failing-over", headers)
    spans = collector.wait(4)
    [asking] = [span for span, _, resource in spans if resource["service.name"] == "caller"]
    [exchange, first, second] = [span for span, _, resource in spans if resource["service.name"] == "sluice"]
    assert {span.trace_id for span, _, _ in spans} == {asking.trace_id}
    assert exchange.parent_span_id == asking.span_id
    assert exchange.kind == Span.SPAN_KIND_SERVER and exchange.name == "chat failing-over"
    assert [span.parent_span_id for span in (first, second)] == [exchange.span_id] * 2
    assert [span.kind for span in (first, second)] == [Span.SPAN_KIND_CLIENT] * 2
    assert [span.status.code for span in (exchange, first, second)] == [
        Status.STATUS_CODE_UNSET, Status.STATUS_CODE_ERROR, Status.STATUS_CODE_UNSET]
    assert len({span.span_id for span, _, _ in spans}) == 4
    sent = [request.headers["traceparent"].split("-") for request in provider.requests]
    assert [parent[1:3] for parent in sent] == [
        [exchange.trace_id.hex(), span.span_id.hex()] for span in (first, second)]


def test_the_times_lie_within_each_other_and_now(gateway, provider, collector):
    provider.will(answer(completion()))
    begin = time.time_ns()
    call(gateway)
    end = time.time_ns()
    [(exchange, _, _), (attempt, _, _)] = collector.wait(2)
    slack = 50_000_000
    assert begin - slack <= exchange.start_time_unix_nano <= attempt.start_time_unix_nano
    assert attempt.start_time_unix_nano < attempt.end_time_unix_nano <= exchange.end_time_unix_nano <= end + slack


def test_the_attributes_are_those_of_the_conventions(gateway, provider, collector):
    provider.will(answer(completion(model="up-chat-2026")))
    call(gateway)
    [(_, exchange, resource), (_, attempt, _)] = collector.wait(2)
    expected = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai-compatible", "gen_ai.request.model": "chat",
        "gen_ai.response.model": "up-chat-2026", "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 2, "http.request.method": "POST",
        "http.response.status_code": 200, "http.route": "/v1/chat/completions", "sluice.consumer": "app",
        "sluice.team": "research", "sluice.target": "main/up-chat", "sluice.outcome": "success",
        "sluice.attempts": 1, "sluice.cost.amount": 0.000026, "sluice.cost.currency": "USD",
    }
    assert {name: exchange.get(name) for name in expected} == expected
    assert resource["service.name"] == "sluice" and resource["deployment.environment.name"] == "test"
    assert resource["service.version"] and resource["service.instance.id"]
    expected = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "up-chat", "server.address": "127.0.0.1",
        "server.port": provider.port, "http.response.status_code": 200, "sluice.attempt": 1,
        "sluice.result": "success", "sluice.provider": "main",
    }
    assert {name: attempt.get(name) for name in expected} == expected


def test_a_stream_has_its_first_token_as_an_event(gateway, provider, collector):
    provider.will(events(chunk({"role": "assistant"}), chunk({"content": "hi"}), chunk(finish="length")))
    assert call(gateway, stream=True)
    [(_, exchange, _), (attempt, attributes, _)] = collector.wait(2)
    assert exchange["gen_ai.request.stream"] is True
    assert exchange["gen_ai.response.finish_reasons"] == ["length"]
    [event] = attempt.events
    assert event.name == "sluice.first_token"
    assert attempt.start_time_unix_nano < event.time_unix_nano <= attempt.end_time_unix_nano
    seconds = (event.time_unix_nano - attempt.start_time_unix_nano) / 1e9
    assert attributes["gen_ai.response.time_to_first_chunk"] == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("streams", [False, True])
def test_a_translated_answer_tells_its_model_and_its_end(gateway, provider, collector, streams):
    if streams:
        provider.will(events(chunk({"role": "assistant"}), chunk({"content": "hi"}), chunk(finish="length")))
    else:
        provider.will(answer(completion(finish="length")))
    address = gateway.url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=address, api_key=KEY, max_retries=0, timeout=20) as client:
        message = client.messages.create(model="chat", max_tokens=5, messages=MESSAGES, stream=streams)
        assert not streams or list(message)
    [(span, exchange, _), _] = collector.wait(2)
    assert span.name == "chat chat" and exchange["http.route"] == "/v1/messages"
    assert exchange["gen_ai.response.model"] == "up"
    assert exchange["gen_ai.response.finish_reasons"] == ["length"]


def test_nothing_of_what_is_said_is_in_a_trace(gateway, provider, collector):
    provider.will(error(400, "a secret of mine is refused"))
    with pytest.raises(openai.BadRequestError):
        call(gateway)
    collector.wait(2)
    [(path, headers, body)] = collector.requests
    assert b"secret" not in body and KEY.encode() not in body
    assert path == "/v1/traces"
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["authorization"] == "Bearer of-the-collector"
    assert headers["content-type"] == "application/x-protobuf"


def test_a_caller_that_does_not_record_is_followed(gateway, provider, collector):
    provider.will(answer(completion()))
    with caller(collector, ParentBased(ALWAYS_OFF)).start_as_current_span("ask"):
        headers = {}
        inject(headers)
        call(gateway, headers=headers)
    call(gateway)
    flags = headers["traceparent"][-2:]
    assert int(flags, 16) & 1 == 0
    assert len(collector.wait(2)) == 2
    first, second = [request.headers["traceparent"].split("-") for request in provider.requests]
    assert first[1] == headers["traceparent"].split("-")[1] and first[3] == flags
    assert collector.spans[0][0].trace_id.hex() == second[1]


def test_what_is_rejected_is_counted_and_told(gateway, provider, collector):
    collector.answers.append((200, {}, ExportTraceServiceResponse(
        partial_success=ExportTracePartialSuccess(rejected_spans=1, error_message="one is too old"))))
    provider.will(answer(completion()))
    call(gateway)
    collector.wait(2)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "one is too old" not in gateway.said:
        time.sleep(0.01)
    assert "one is too old" in gateway.said
    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.admin_port}/metrics") as metrics:
        text = metrics.read().decode()
    assert 'sluice_trace_spans_total{result="exported"} 1\n' in text
    assert 'sluice_trace_spans_total{result="rejected"} 1\n' in text


def test_many_calls_are_few_requests(gateway, provider, collector):
    provider.will(answer(completion()))
    with openai.OpenAI(base_url=gateway.url, api_key=KEY, max_retries=0, timeout=20) as client:
        for _ in range(50):
            client.chat.completions.create(model="chat", messages=MESSAGES)
    collector.wait(100)
    assert all(ExportTraceServiceRequest.FromString(body).resource_spans for _, _, body in collector.requests)
    assert len(collector.requests) < 25
