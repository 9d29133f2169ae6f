"""Every way in which a provider fails, as each SDK shows it to its users; and callers that go away."""

import time

import anthropic
import botocore.exceptions
import cohere
import google.genai.errors
import openai
import pytest
from cohere.core.api_error import ApiError

from conversations import CONVERSATIONS
from conversing import Breaking, Failing
from failures import FAILURES, message_of
from fixtures import PROVIDERS, Recorded, configuration
from gateway import Gateway

KEY = "sk-of-the-app"
VARIABLES = {"UP_KEY": "sk-of-the-provider", "APP_KEY": KEY}


def gemini(status):
    def check(raised):
        assert isinstance(raised, google.genai.errors.APIError)
        assert raised.code == status
        kind = google.genai.errors.ClientError if status < 500 else google.genai.errors.ServerError
        assert type(raised) is kind
    return check


def bedrock(code):
    def check(raised):
        assert isinstance(raised, botocore.exceptions.ClientError)
        assert raised.response["Error"]["Code"] == code
    return check


def exactly(*kinds, **members):
    def check(raised):
        assert type(raised) in kinds, type(raised)
        for name, value in members.items():
            assert getattr(raised, name) == value
    return check


def of_openai():
    return {
        "key": exactly(openai.InternalServerError, status_code=502, code="provider_auth_failed"),
        "bad": exactly(openai.BadRequestError), "unknown": exactly(openai.NotFoundError),
        "limited": exactly(openai.RateLimitError), "internal": exactly(openai.InternalServerError, status_code=500),
        "long": exactly(openai.BadRequestError, code="context_length_exceeded"),
        "overloaded": exactly(openai.InternalServerError),
    }


# What an SDK raises for each failure of a provider.
RAISED = {
    "openai-chat": of_openai(), "openai-responses": of_openai(),
    "anthropic": {
        "key": exactly(anthropic.InternalServerError, status_code=502), "bad": exactly(anthropic.BadRequestError),
        "unknown": exactly(anthropic.NotFoundError), "limited": exactly(anthropic.RateLimitError),
        "internal": exactly(anthropic.InternalServerError), "long": exactly(anthropic.BadRequestError),
        "overloaded": exactly(anthropic._exceptions.ServiceUnavailableError, anthropic._exceptions.OverloadedError),
    },
    "gemini": {
        "key": gemini(502), "bad": gemini(400), "unknown": gemini(404), "limited": gemini(429), "internal": gemini(500),
        "long": gemini(400), "overloaded": exactly(google.genai.errors.ServerError),
    },
    "bedrock-converse": {
        "key": bedrock("InternalServerException"), "bad": bedrock("ValidationException"),
        "unknown": bedrock("ResourceNotFoundException"), "limited": bedrock("ThrottlingException"),
        "internal": bedrock("InternalServerException"), "long": bedrock("ValidationException"),
        "overloaded": bedrock("ServiceUnavailableException"),
    },
    "cohere": {
        "key": exactly(ApiError, status_code=502), "bad": exactly(cohere.BadRequestError),
        "unknown": exactly(cohere.NotFoundError), "limited": exactly(cohere.TooManyRequestsError),
        "internal": exactly(cohere.InternalServerError), "long": exactly(cohere.BadRequestError),
        "overloaded": exactly(cohere.ServiceUnavailableError, ApiError),
    },
}


def started(server, scenarios):
    return Gateway(configuration(server, scenarios), VARIABLES)


@pytest.fixture(scope="module")
def failing():
    server = Failing()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def breaking():
    server = Breaking()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateways(failing, breaking):
    recorded = Recorded()
    running = {
        # A limit cools a provider down, so each kind of failure has a gateway of its own.
        **{name: started(failing, [name]) for name in FAILURES},
        "breaking": started(breaking, ["text"]), "recorded": started(recorded, ["error"])}
    yield running
    for gateway in running.values():
        gateway.stop()
    recorded.stop()


@pytest.fixture(params=list(PROVIDERS))
def provider(request):
    return request.param


@pytest.fixture(params=list(CONVERSATIONS))
def dialect(request):
    return request.param


def client(dialect, gateway):
    return CONVERSATIONS[dialect](f"http://127.0.0.1:{gateway.port}", KEY)


def waits(raised):
    """The seconds after which the SDK's user may try again."""
    if isinstance(raised, botocore.exceptions.ClientError):
        headers = raised.response["ResponseMetadata"]["HTTPHeaders"]
    elif isinstance(raised, cohere.TooManyRequestsError):
        headers = raised.headers
    else:
        headers = raised.response.headers
    return int(headers["retry-after"])


@pytest.mark.parametrize("ask", ["plain", "stream"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_of_the_provider(gateways, dialect, provider, name, ask):
    with pytest.raises(Exception) as raised:
        getattr(client(dialect, gateways[name]), ask)(f"{provider}-{name}")
    RAISED[dialect][name](raised.value)
    assert "sk-of-the-provider" not in str(raised.value)
    if name == "limited":
        # Within that time the gateway itself says so, as the provider asked.
        assert 1 <= waits(raised.value) <= 30
    elif name != "key":
        assert message_of(provider, name) in str(raised.value)


def test_an_error_in_mid_stream(gateways, dialect, provider):
    """The user of the SDK learns of it, and never takes the text before it for the whole answer."""
    made = client(dialect, gateways["recorded"])
    if dialect == "cohere":
        answer = made.ended(f"{provider}-error")
        assert answer.finish == "ERROR" and answer.text.startswith("Hello")
        return
    if dialect == "openai-responses":
        assert made.ended(f"{provider}-error") in ("error", "response.failed")
        return
    with pytest.raises((
            openai.APIError, anthropic.APIStatusError, google.genai.errors.APIError,
            botocore.exceptions.EventStreamError)) as raised:
        made.stream(f"{provider}-error")
    assert "overloaded" in str(raised.value).lower()


def test_a_caller_that_goes_away_frees_the_provider(gateways, breaking, dialect, provider):
    before = breaking.left
    leave = client(dialect, gateways["breaking"]).begin(f"{provider}-text")
    assert breaking.left == before
    leave()
    deadline = time.monotonic() + 10
    while breaking.left == before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert breaking.left == before + 1
