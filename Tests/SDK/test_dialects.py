"""Every SDK in front of every provider: the same conversations, plain and streamed."""

import pytest

from clients import CLIENTS
from fixtures import PROVIDERS, Recorded, configuration
from gateway import Gateway

KEY = "sk-of-the-app"
SCENARIOS = ["text", "tools", "thinking", "length", "filtered", "error"]
TEXT = 'Hello, W\u00f6rld! \U0001f600\nIt\'s "quoted".'
# What each dialect calls these ends.
STOP = {"stop", "completed", "end_turn", "STOP", "COMPLETE"}
LENGTH = {"length", "max_output_tokens", "max_tokens", "MAX_TOKENS"}
CALLS = {"tool_calls", "completed", "tool_use", "STOP", "TOOL_CALL"}
FILTERED = {
    "content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "content_filtered", "guardrail_intervened", "ERROR_TOXIC",
}


@pytest.fixture(scope="module")
def recorded():
    server = Recorded()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(recorded):
    gateway = Gateway(configuration(recorded, SCENARIOS), {"UP_KEY": "sk-of-the-provider", "APP_KEY": KEY})
    yield gateway
    gateway.stop()


@pytest.fixture(params=list(CLIENTS))
def client(request, running):
    return CLIENTS[request.param](f"http://127.0.0.1:{running.port}", KEY)


@pytest.fixture(params=list(PROVIDERS))
def provider(request):
    return request.param


@pytest.fixture(params=["plain", "stream"])
def ask(request, client):
    return getattr(client, request.param)


def test_text(ask, provider):
    answer = ask(f"{provider}-text")
    assert answer.text == TEXT
    assert answer.finish in STOP
    assert answer.usage == (12, 9)
    assert not answer.calls


def test_parallel_tool_calls(ask, provider):
    answer = ask(f"{provider}-tools", tools=True)
    assert answer.text == "Let me look."
    assert answer.calls == [
        ("get_weather", {"city": "Zürich", "days": 2}), ("get_time", {"tz": "Europe/Zurich", "precise": 1e-9})]
    assert answer.finish in CALLS
    assert answer.usage == (50, 30)


def test_thoughts(ask, provider):
    answer = ask(f"{provider}-thinking")
    assert answer.text == "Hi!"
    assert answer.thoughts == "The user greets me."
    assert answer.finish in STOP
    assert answer.usage == (20, 15)


def test_the_limit_of_tokens(ask, provider):
    answer = ask(f"{provider}-length")
    assert answer.text == "Once upon a"
    assert answer.finish in LENGTH
    assert answer.usage == (5, 3)


def test_a_refused_answer(ask, provider):
    assert ask(f"{provider}-filtered").finish in FILTERED


def test_the_providers_key_is_its_own(ask, provider, recorded):
    recorded.received.clear()
    ask(f"{provider}-text")
    head = str(recorded.received[-1].headers) + recorded.received[-1].path
    assert KEY not in head
    assert "sk-of-the-provider" in head
