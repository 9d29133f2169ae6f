"""An image by URL in front of a provider that takes bytes only: the gateway fetches it."""

import base64

import openai
import pytest

from gateway import Gateway
from upstream import Upstream, answer

KEY = "sk-of-the-app"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
SAID = {
    "output": {"message": {"role": "assistant", "content": [{"text": "one pixel"}]}}, "stopReason": "end_turn",
    "usage": {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7},
}


def file(content, status=200, kind="image/png"):
    head = f"HTTP/1.1 {status} Status\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n"
    return [head.encode() + content]


@pytest.fixture(scope="module")
def bedrock():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def images():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(bedrock, images):
    running = Gateway(f"""
media: {{ hosts: ["127.0.0.1:{images.port}"] }}
providers:
  b: {{ kind: bedrock, url: "http://127.0.0.1:{bedrock.port}", keys: [env:UP_KEY] }}
models:
  m: {{ targets: ["b/amazon.nova-pro-v1:0"], retry: {{ attempts: 0 }} }}
consumers: {{ app: {{ keys: [env:APP_KEY] }} }}
""", {"UP_KEY": "sk-of-the-provider", "APP_KEY": KEY})
    with openai.OpenAI(base_url=running.url, api_key=KEY, max_retries=0, timeout=20) as made:
        yield made
    running.stop()


def ask(client, url):
    return client.chat.completions.create(model="m", messages=[{"role": "user", "content": [
        {"type": "text", "text": "How large is it?"}, {"type": "image_url", "image_url": {"url": url}},
    ]}])


def test_an_image_by_url_reaches_a_provider_of_bytes(client, bedrock, images):
    bedrock.will(answer(SAID))
    images.will(file(PNG))
    made = ask(client, f"http://127.0.0.1:{images.port}/pixel?signature=abc")
    assert made.choices[0].message.content == "one pixel"
    image = bedrock.last.json["messages"][0]["content"][1]["image"]
    assert image["format"] == "png"
    assert base64.b64decode(image["source"]["bytes"]) == PNG
    assert images.last.path == "/pixel?signature=abc"
    assert "authorization" not in images.last.headers


def test_what_cannot_be_fetched_is_a_bad_request(client, bedrock, images):
    bedrock.will(answer(SAID))
    images.will(file(b"gone", status=404))
    for url in (f"http://127.0.0.1:{images.port}/pixel", f"https://127.0.0.1:{bedrock.port}/pixel"):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(client, url)
        assert refused.value.code == "media_not_fetched"
        assert refused.value.param == "messages[0].content[1].image_url.url"
        assert "'127.0.0.1'" in refused.value.message
    assert not bedrock.requests
