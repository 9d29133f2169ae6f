"""Providers that are reached over TLS, with a private authority."""

import shutil
import ssl
import subprocess

import openai
import pytest

from conftest import SDK
from gateway import Gateway
from upstream import TunnelProxy, Upstream, answer, chunk, completion, events

MESSAGES = [{"role": "user", "content": "hi"}]
CONFIGURATION = """
providers:
  trusted: {{ kind: openai-compatible, url: {url}, tls: {{ ca: "file:{ca}" }} }}
  unknown: {{ kind: openai-compatible, url: {url} }}
  misnamed: {{ kind: openai-compatible, url: {misnamed}, tls: {{ ca: "file:{ca}" }} }}
  plain: {{ kind: openai-compatible, url: {plain} }}
  tunnelled: {{ kind: openai-compatible, url: {url}, tls: {{ ca: "file:{ca}" }}, proxy: "http://u:p@127.0.0.1:{proxy}" }}
models:
  trusted: {{ targets: [trusted/x], retry: {{ attempts: 0 }} }}
  unknown: {{ targets: [unknown/x], retry: {{ attempts: 0 }} }}
  misnamed: {{ targets: [misnamed/x], retry: {{ attempts: 0 }} }}
  plain: {{ targets: [plain/x], retry: {{ attempts: 0 }} }}
  tunnelled: {{ targets: [tunnelled/x], retry: {{ attempts: 0 }} }}
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    assert shutil.which("openssl"), "openssl is not installed: run dev/setup test"
    place = tmp_path_factory.mktemp("tls")
    ca, ca_key, key, request, certificate, names = (
        str(place / name) for name in ("ca.pem", "ca-key.pem", "key.pem", "request.pem", "certificate.pem", "names")
    )
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *kind, "-keyout", ca_key, "-out", ca, "-days", "2", "-subj", "/CN=Private CA")
    openssl("req", *kind, "-keyout", key, "-out", request, "-subj", "/CN=provider")
    with open(names, "w") as file:
        file.write("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2",
        "-extfile", names, "-out", certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    provider = Upstream(tls=context)
    proxy = TunnelProxy()
    gateway = Gateway(CONFIGURATION.format(
        url=provider.url.replace("127.0.0.1", "localhost"), ca=ca, misnamed=provider.url,
        plain=provider.url.replace("https", "http"), proxy=proxy.port,
    ))
    yield provider, SDK("sync", gateway.url), proxy
    gateway.stop()
    proxy.stop()
    provider.stop()


def create(model, **members):
    return lambda client: client.chat.completions.create(model=model, messages=MESSAGES, **members)


def test_a_private_authority_is_trusted_where_it_is_configured(running):
    provider, sdk, _ = running
    provider.will(answer(completion({"content": "sealed"})))
    assert sdk.call(create("trusted")).choices[0].message.content == "sealed"


def test_a_stream_comes_over_tls(running):
    provider, sdk, _ = running
    provider.will(events(chunk({"content": "x" * 20_000}), chunk({"content": "y" * 70_000}), chunk(finish="stop")))
    chunks = sdk.collect(create("trusted", stream=True))
    assert "".join(item.choices[0].delta.content or "" for item in chunks) == "x" * 20_000 + "y" * 70_000


def test_a_large_request_goes_over_tls(running):
    provider, sdk, _ = running
    provider.will(answer(completion()))
    messages = [{"role": "user", "content": "z" * 3_000_000}]
    sdk.call(lambda client: client.chat.completions.create(model="trusted", messages=messages))
    assert provider.last.json["messages"] == messages


@pytest.mark.parametrize("model", ["unknown", "misnamed", "plain"])
def test_anything_else_is_refused_before_a_word_is_sent(running, model):
    provider, sdk, _ = running
    provider.will(answer(completion()))
    with pytest.raises(openai.InternalServerError) as raised:
        sdk.call(create(model))
    assert raised.value.status_code == 502
    assert not provider.requests


def test_a_proxy_carries_tls_in_a_tunnel(running):
    provider, sdk, proxy = running
    provider.will(answer(completion({"content": "through the tunnel"})))
    for _ in range(3):
        assert sdk.call(create("tunnelled")).choices[0].message.content == "through the tunnel"
    head = proxy.heads[0].lower()
    port = provider.port
    assert head.startswith(f"connect localhost:{port} http/1.1\r\n")
    assert f"\r\nhost: localhost:{port}\r\n" in head
    assert "\r\nproxy-authorization: basic dtpw\r\n" in head
    assert "authorization: bearer" not in head
    assert "proxy-authorization" not in provider.last.headers
