"""Every SDK in front of every provider: tools over two turns, images, schemas. The provider checks each request."""

import json

import pytest

from clients import TOOLS
from conversations import CONVERSATIONS, PNG, QUESTION, RESULTS, SCHEMA, SYSTEM
from conversing import SCHEMA_TEXT, Conversing
from fixtures import provider_lines
from gateway import Gateway

KEY = "sk-of-the-app"
TEXT = 'Hello, W\u00f6rld! \U0001f600\nIt\'s "quoted".'
# Of each dialect, models that are treated differently.
MODELS = {
    "openai-chat": ["gpt-4.1"], "openai-responses": ["gpt-4.1"],
    "anthropic": ["claude-sonnet-4-5", "claude-3-5-haiku-latest"], "gemini": ["gemini-2.5-flash", "gemini-3-pro-preview"],
    "bedrock-converse": ["anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0"],
    "cohere": ["command-a-03-2025"],
}


@pytest.fixture(scope="module")
def server():
    running = Conversing()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(server):
    lines = ["server: { health: { failures: 1000 } }", *provider_lines(server), "models:"]
    for dialect, models in MODELS.items():
        for model in models:
            target = json.dumps(f"{dialect}/{model}")
            lines.append(f"  {json.dumps(dialect + '-' + model)}: {{ targets: [{target}], retry: {{ attempts: 0 }} }}")
    lines.append("consumers: { app: { keys: [env:APP_KEY] } }")
    running = Gateway("\n".join(lines) + "\n", {"UP_KEY": "sk-of-the-provider", "APP_KEY": KEY})
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def provider(server):
    server.forget()
    yield server
    assert not server.faults, server.faults[0]


@pytest.fixture(params=list(CONVERSATIONS))
def client(request, gateway):
    return CONVERSATIONS[request.param](f"http://127.0.0.1:{gateway.port}", KEY)


@pytest.fixture(params=[(dialect, model) for dialect, models in MODELS.items() for model in models], ids="-".join)
def model(request):
    return "-".join(request.param)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_tools_are_called_and_their_results_used(client, model, provider, stream):
    assert client.tools(model, stream) == TEXT
    assert len(provider.said) == 2
    for said in provider.said:
        assert QUESTION in said.text
        assert said.tools == TOOLS
    for body in provider.bodies:
        assert SYSTEM in json.dumps(body)
    last = provider.said[-1]
    assert [(name, arguments) for _, name, arguments in last.calls] == [
        ("get_weather", {"city": "Zürich", "days": 2}), ("get_time", {"tz": "Europe/Zurich", "precise": 1e-9})]
    assert [identity for identity, _ in last.results] == [identity for identity, _, _ in last.calls]
    for (_, name, _), (_, given) in zip(last.calls, last.results):
        expected = RESULTS[name]
        if given != expected:
            # An object, or an object with the text in it.
            found = json.loads(given)
            assert expected in found.values() or found == json.loads(expected), given


def test_an_image_arrives_byte_for_byte(client, model, provider):
    assert client.image(model) == TEXT
    [said] = provider.said
    assert said.images == [("image/png", PNG)]
    assert QUESTION in said.text


def test_an_answer_follows_a_schema(client, model, provider):
    assert json.loads(client.structured(model)) == json.loads(SCHEMA_TEXT)
    [said] = provider.said
    assert (said.schema or said.tools[said.must_call]) == SCHEMA


def test_thoughts_go_back_to_their_provider_with_its_signature(client, model, provider):
    if not hasattr(client, "again") or model.startswith("cohere"):
        return
    provider.scenarios = ["thinking", "text"]
    client.again(model)
    sent = json.dumps(provider.bodies[1])
    # The recorded signature, as this provider wrote it; the mark of the gateway is gone.
    assert "c2lnbmF0dXJl" in sent and "SluiceSig" not in sent
