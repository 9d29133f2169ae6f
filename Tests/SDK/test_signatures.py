"""Requests that are signed, at a provider that computes the signature anew, with the provider's own library."""

import datetime
import re

import boto3
import botocore.auth
import openai
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from clients import Bedrock
from fixtures import Recorded
from gateway import Gateway

KEY = "sk-of-the-app"
ACCESS, SECRET, SESSION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session//token=="

CONFIGURATION = """
providers:
  aws: {{ kind: bedrock, url: {url}, region: eu-central-1, accessKey: env:ACCESS, secretKey: env:SECRET, sessionToken: env:SESSION }}
models:
  text: {{ targets: [aws/text], retry: {{ attempts: 0 }} }}
  bounded:
    targets: [aws/text]
    retry: {{ attempts: 0 }}
    parameters: {{ default: {{ temperature: 0.25 }}, clamp: {{ max_tokens: [1, 100] }} }}
consumers:
  app: {{ keys: [env:APP_KEY] }}
"""


class Verifying(Recorded):
    """Answers only what the holder of the secret has signed within the last minutes."""

    def check(self, request):
        given = request.headers["authorization"]
        parts = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\d{8})/eu-central-1/bedrock/aws4_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})", given)
        assert parts, given
        names = parts[2].split(";")
        assert "host" in names and "x-amz-date" in names and "x-amz-security-token" in names
        assert request.headers["x-amz-security-token"] == SESSION
        stamp = datetime.datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
        age = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - stamp
        assert abs(age.total_seconds()) < 300
        signer = botocore.auth.SigV4Auth(Credentials(ACCESS, SECRET, SESSION), "bedrock", "eu-central-1")
        made = AWSRequest(
            method=request.method, url=f"http://127.0.0.1:{self.port}{request.path}", data=request.body,
            headers={name: request.headers[name] for name in names})
        made.context["timestamp"] = request.headers["x-amz-date"]
        text = signer.string_to_sign(made, signer.canonical_request(made))
        assert signer.signature(text, made) == parts[3]


@pytest.fixture(scope="module")
def provider():
    running = Verifying()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(provider):
    running = Gateway(
        CONFIGURATION.format(url=provider.base("bedrock-converse")),
        {"ACCESS": ACCESS, "SECRET": SECRET, "SESSION": SESSION, "APP_KEY": KEY})
    yield running
    assert SECRET not in running.said and SESSION not in running.said
    running.stop()


@pytest.fixture
def signed(provider):
    """Every request of the test has the right signature."""
    provider.received.clear()
    yield provider
    assert provider.received
    for request in provider.received:
        provider.check(request)


@pytest.mark.parametrize("model", ["text", "bounded"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_translated_request_is_signed(signed, gateway, model, stream):
    with openai.OpenAI(base_url=gateway.url, api_key=KEY, max_retries=0, timeout=20) as client:
        made = client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Grüße, 世界"}], max_tokens=500, stream=stream)
        if stream:
            assert "".join(item.choices[0].delta.content or "" for item in made if item.choices)
        else:
            assert made.choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_of_the_same_dialect_is_signed(signed, gateway, stream):
    client = Bedrock(f"http://127.0.0.1:{gateway.port}", KEY)
    assert (client.stream if stream else client.plain)("text").text


def test_a_request_whose_parameters_change_is_signed_as_it_leaves(signed, gateway):
    client = boto3.client(
        "bedrock-runtime", endpoint_url=f"http://127.0.0.1:{gateway.port}", region_name="eu-central-1",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=20))
    client.meta.events.register(
        "before-call", lambda params, **_: params["headers"].update({"Authorization": f"Bearer {KEY}"}))
    made = client.converse(
        modelId="bounded", messages=[{"role": "user", "content": [{"text": "Hello"}]}],
        inferenceConfig={"maxTokens": 500}, requestMetadata={"zap": "kept"})
    assert made["output"]["message"]["content"]
    sent = signed.received[-1].json
    assert sent["inferenceConfig"] == {"temperature": 0.25, "maxTokens": 100}
    assert sent["requestMetadata"] == {"zap": "kept"}
