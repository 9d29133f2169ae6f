"""JSON Web Tokens in the place of API keys, signed by another library than the gateway's own."""

import json
import time

import anthropic
import jwt
import openai
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway import Gateway
from upstream import Upstream, answer, completion

KEYS = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "PS512": rsa.generate_private_key(public_exponent=65537, key_size=3072),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}

CONFIGURATION = """
providers:
  main: {{ kind: openai-compatible, url: {url} }}
models:
  chat: {{ targets: [main/up-chat], retry: {{ attempts: 0 }} }}
authentication:
  - keys
  - jwt: {{ keys: env:JWKS, audience: [api-gateway], scopes: ["assistant:read"], consumer: web-app }}
consumers:
  web-app: {{ models: [chat] }}
"""


def jwks():
    """The public keys, as an issuer tells them."""
    keys = []
    for name, key in KEYS.items():
        algorithm = jwt.algorithms.get_default_algorithms()[name]
        keys.append({**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "alg": name, "use": "sig"})
    return json.dumps({"keys": keys})


def token(algorithm="RS256", **claims):
    payload = {
        "aud": "api-gateway", "scopes": ["assistant:read", "assistant:write"], "exp": int(time.time()) + 600, **claims}
    return jwt.encode(payload, KEYS[algorithm], algorithm, headers={"kid": algorithm})


@pytest.fixture(scope="module")
def provider():
    running = Upstream()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(provider):
    running = Gateway(CONFIGURATION.format(url=provider.url), {"JWKS": jwks()})
    yield running
    running.stop()


def chat(gateway, key):
    with openai.OpenAI(base_url=gateway.url, api_key=key, max_retries=0, timeout=20) as client:
        return client.chat.completions.create(model="chat", messages=[{"role": "user", "content": "Hello"}])


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_serves_as_an_api_key(gateway, provider, algorithm):
    provider.will(answer(completion({"content": "good day"})))
    assert chat(gateway, token(algorithm)).choices[0].message.content


def test_the_sdk_of_anthropic_takes_one_too(gateway, provider):
    provider.will(answer(completion({"content": "good day"})))
    with anthropic.Anthropic(
        base_url=f"http://127.0.0.1:{gateway.port}", api_key=token(), max_retries=0, timeout=20
    ) as client:
        made = client.messages.create(model="chat", max_tokens=10, messages=[{"role": "user", "content": "Hello"}])
    assert made.content


@pytest.mark.parametrize(
    "claims, reason",
    [
        ({"exp": 1672531200}, "the token expired at 2023-01-01T00:00:00Z"),
        ({"aud": "shop"}, "the audience 'api-gateway' is wanted"),
        ({"nbf": 4102444800}, "the token is not valid before 2100-01-01T00:00:00Z"),
    ],
)
def test_a_refused_token_raises_what_is_wrong(gateway, claims, reason):
    with pytest.raises(openai.AuthenticationError) as raised:
        chat(gateway, token(**claims))
    assert raised.value.code == "invalid_token"
    assert reason in str(raised.value)


def test_a_missing_scope_is_a_denied_permission(gateway):
    with pytest.raises(openai.PermissionDeniedError) as raised:
        chat(gateway, token(scopes=["other"]))
    assert raised.value.code == "insufficient_scope"


def test_a_public_key_is_no_shared_secret(gateway):
    """The old trick: sign with HMAC and the public key, which everybody has."""
    from cryptography.hazmat.primitives import serialization
    import base64
    import hashlib
    import hmac

    public = KEYS["RS256"].public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    head = part(json.dumps({"alg": "HS256", "kid": "RS256"}).encode())
    body = part(json.dumps({"aud": "api-gateway", "scopes": ["assistant:read"], "exp": int(time.time()) + 600}).encode())
    code = part(hmac.new(public, head + b"." + body, hashlib.sha256).digest())
    with pytest.raises(openai.AuthenticationError):
        chat(gateway, (head + b"." + body + b"." + code).decode())
    with pytest.raises(openai.AuthenticationError):
        chat(gateway, (part(b'{"alg":"none"}') + b"." + body + b".").decode())
