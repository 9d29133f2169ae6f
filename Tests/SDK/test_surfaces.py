"""Calls that are no conversations, with the official SDKs: vectors, ranks, moderation, images, audio, counting."""

import base64
import re
import struct

import anthropic
import cohere
import openai
import pytest
from google import genai
from google.genai import types

from gateway import Gateway
from routes import Routed, chunked_answer, fields, files, json_answer, typed_answer

KEY = "sk-of-the-app"
# Every byte, and what looks like the end of a part.
MEDIA = bytes(range(256)) * 64 + b"\r\n--\r\n--boundary--\r\n"
VECTORS = [[0.5, -1.0], [2.0, 0.25]]
USAGE = {"input_tokens": 10, "output_tokens": 20, "total_tokens": 30, "input_tokens_details": {"text_tokens": 10, "image_tokens": 0}}

CONFIGURATION = """
server: {{ health: {{ failures: 1000 }} }}
providers:
  openai: {{ kind: openai, url: {root}/openai/v1, keys: [env:UP_KEY] }}
  anthropic: {{ kind: anthropic, url: {root}/anthropic, keys: [env:UP_KEY] }}
  gemini: {{ kind: gemini, url: {root}/gemini, keys: [env:UP_KEY] }}
  bedrock: {{ kind: bedrock, url: {root}/bedrock, keys: [env:UP_KEY] }}
  vertex: {{ kind: vertex, url: {root}/vertex, project: acme, location: europe-west4, keys: [env:UP_KEY] }}
  cohere: {{ kind: cohere, url: {root}/cohere, keys: [env:UP_KEY] }}
  jina: {{ kind: openai-compatible, url: {root}/jina/v1, keys: [env:UP_KEY] }}
models:
  openai-vectors: {{ type: embedding, targets: [openai/text-embedding-3-small], retry: {{ attempts: 0 }} }}
  google-vectors: {{ type: embedding, targets: [gemini/gemini-embedding-001], retry: {{ attempts: 0 }} }}
  bedrock-vectors: {{ type: embedding, targets: ["bedrock/amazon.titan-embed-text-v2:0"], retry: {{ attempts: 0 }} }}
  bedrock-cohere-vectors: {{ type: embedding, targets: [bedrock/cohere.embed-english-v3], retry: {{ attempts: 0 }} }}
  cohere-vectors: {{ type: embedding, targets: [cohere/embed-v4.0], retry: {{ attempts: 0 }} }}
  vertex-vectors: {{ type: embedding, targets: [vertex/gemini-embedding-001], retry: {{ attempts: 0 }} }}
  vertex-older-vectors: {{ type: embedding, targets: [vertex/text-embedding-005], retry: {{ attempts: 0 }} }}
  bedrock-cohere-ranks: {{ type: rerank, targets: ["bedrock/cohere.rerank-v3-5:0"], retry: {{ attempts: 0 }} }}
  bedrock-amazon-ranks: {{ type: rerank, targets: ["bedrock/amazon.rerank-v1:0"], retry: {{ attempts: 0 }} }}
  cohere-ranks: {{ type: rerank, targets: [cohere/rerank-v3.5], retry: {{ attempts: 0 }} }}
  jina-ranks: {{ type: rerank, targets: [jina/jina-reranker-v2], retry: {{ attempts: 0 }} }}
  moderator: {{ type: moderation, targets: [openai/omni-moderation-latest], retry: {{ attempts: 0 }} }}
  painter: {{ type: image, targets: [openai/gpt-image-1], retry: {{ attempts: 0 }} }}
  voice: {{ type: speech, targets: [openai/gpt-4o-mini-tts], retry: {{ attempts: 0 }} }}
  ear: {{ type: transcription, targets: [openai/whisper-1], retry: {{ attempts: 0 }} }}
  claude: {{ targets: [anthropic/claude-sonnet-4-5], retry: {{ attempts: 0 }} }}
  flash: {{ targets: [gemini/gemini-2.5-flash], retry: {{ attempts: 0 }} }}
  gpt: {{ targets: [openai/gpt-4.1], retry: {{ attempts: 0 }} }}
consumers:
  app: {{ keys: [env:APP_KEY] }}
"""


@pytest.fixture(scope="module")
def server():
    running = Routed()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(server):
    running = Gateway(CONFIGURATION.format(root=server.root), {"UP_KEY": "sk-up", "APP_KEY": KEY})
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def provider(server):
    """The provider, with no routes. What it was sent wrongly fails the test."""
    server.routes, server.faults, server.received = [], [], []
    yield server
    assert not server.faults, server.faults[0]
    for request in server.received:
        assert KEY not in request.path + str(request.headers)


@pytest.fixture
def root(gateway):
    return f"http://127.0.0.1:{gateway.port}"


@pytest.fixture
def client(gateway):
    with openai.OpenAI(base_url=gateway.url, api_key=KEY, max_retries=0, timeout=20) as made:
        yield made


def bearer(call):
    assert call.request.headers["authorization"] == "Bearer sk-up"


# MARK: Vectors. Each provider checks its own schema and gives a vector an input.


def openai_vectors(server):
    @server.on("POST", "/openai/v1/embeddings")
    def answer(call):
        bearer(call)
        body = call.json
        assert set(body) <= {"model", "input", "encoding_format", "dimensions", "user"}
        assert body["model"] == "text-embedding-3-small"
        inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]

        def told(vector):
            packed = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
            return packed if body.get("encoding_format") == "base64" else vector

        data = [{"object": "embedding", "index": place, "embedding": told(VECTORS[place])} for place in range(len(inputs))]
        return json_answer({
            "object": "list", "data": data, "model": body["model"], "usage": {"prompt_tokens": 4, "total_tokens": 4}})


def gemini_vectors(server):
    @server.on("POST", "/gemini/v1beta/models/gemini-embedding-001:batchEmbedContents")
    def answer(call):
        assert call.request.headers["x-goog-api-key"] == "sk-up" and not call.query
        assert set(call.json) == {"requests"}
        for one in call.json["requests"]:
            assert set(one) <= {"model", "content", "taskType", "title", "outputDimensionality"}
            assert one["model"] == "models/gemini-embedding-001"
            assert all(set(part) == {"text"} for part in one["content"]["parts"])
            assert one.get("taskType") in (
                None, "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY", "CLASSIFICATION", "CLUSTERING", "SEMANTIC_SIMILARITY")
        return json_answer({"embeddings": [{"values": VECTORS[place]} for place in range(len(call.json["requests"]))]})


def bedrock_vectors(server):
    @server.on("POST", "/bedrock/model/amazon.titan-embed-text-v2%3A0/invoke")
    def titan(call):
        bearer(call)
        assert set(call.json) <= {"inputText", "dimensions", "normalize", "embeddingTypes"}
        place = ["a", "b"].index(call.json["inputText"])
        return json_answer({
            "embedding": VECTORS[place], "inputTextTokenCount": 2, "embeddingsByType": {"float": VECTORS[place]}})

    @server.on("POST", "/bedrock/model/cohere.embed-english-v3/invoke")
    def of_cohere(call):
        bearer(call)
        assert set(call.json) <= {"texts", "images", "input_type", "truncate", "embedding_types", "output_dimension"}
        assert call.json["input_type"] in ("search_document", "search_query", "classification", "clustering")
        assert set(call.json.get("embedding_types", [])) <= {"float", "int8", "uint8", "binary", "ubinary"}
        vectors = VECTORS[:len(call.json["texts"])]
        return json_answer({
            "id": "1", "response_type": "embeddings_by_type", "texts": call.json["texts"],
            "embeddings": {"float": vectors} if "embedding_types" in call.json else vectors})


def vertex_vectors(server):
    place = "/vertex/v1/projects/acme/locations/europe-west4/publishers/google/models"

    def predict(call):
        assert call.request.headers["x-goog-api-key"] == "sk-up" and not call.query
        assert set(call.json) <= {"instances", "parameters"}
        assert set(call.json.get("parameters", {})) <= {"autoTruncate", "outputDimensionality"}
        predictions = []
        for one in call.json["instances"]:
            assert set(one) <= {"content", "task_type", "title"}
            vector = VECTORS[["a", "b"].index(one["content"])]
            predictions.append({"embeddings": {"values": vector, "statistics": {"token_count": 2, "truncated": False}}})
        return json_answer({"predictions": predictions, "metadata": {"billableCharacterCount": 2}})

    @server.on("POST", f"{place}/gemini-embedding-001:predict")
    def single(call):
        assert len(call.json["instances"]) == 1
        return predict(call)

    @server.on("POST", f"{place}/text-embedding-005:predict")
    def several(call):
        return predict(call)


def cohere_vectors(server):
    @server.on("POST", "/cohere/v2/embed")
    def answer(call):
        bearer(call)
        body = call.json
        assert set(body) <= {
            "model", "texts", "images", "inputs", "input_type", "embedding_types", "output_dimension", "truncate", "max_tokens"}
        assert body["model"] == "embed-v4.0"
        assert body["input_type"] in ("search_document", "search_query", "classification", "clustering", "image")
        vectors = VECTORS[:len(body.get("texts") or body.get("inputs") or body["images"])]

        def told(kind):
            if kind == "base64":
                return [base64.b64encode(struct.pack(f"<{len(one)}f", *one)).decode() for one in vectors]
            return vectors if kind == "float" else [[1, 2] for _ in vectors]

        return json_answer({
            "id": "1", "texts": body.get("texts", []), "response_type": "embeddings_by_type",
            "embeddings": {kind: told(kind) for kind in body["embedding_types"]},
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 4}}})


EMBEDDERS = {
    "openai": openai_vectors, "google": gemini_vectors, "bedrock": bedrock_vectors, "bedrock-cohere": bedrock_vectors,
    "cohere": cohere_vectors, "vertex": vertex_vectors, "vertex-older": vertex_vectors,
}


@pytest.fixture(params=list(EMBEDDERS))
def embedder(request, provider):
    EMBEDDERS[request.param](provider)
    return f"{request.param}-vectors"


@pytest.mark.parametrize("encoding", [None, "base64", "float"])
def test_openai_makes_vectors(client, embedder, encoding):
    options = {"encoding_format": encoding} if encoding else {}
    result = client.embeddings.create(model=embedder, input=["a", "b"], **options)
    vectors = [item.embedding for item in result.data]
    if encoding == "base64":
        vectors = [list(struct.unpack("<2f", base64.b64decode(vector))) for vector in vectors]
    assert vectors == VECTORS
    assert [item.index for item in result.data] == [0, 1]


def test_openai_makes_one_vector_of_a_size(client, embedder, provider):
    result = client.embeddings.create(model=embedder, input="a", dimensions=2)
    assert [item.embedding for item in result.data] == VECTORS[:1]
    body = provider.received[-1].json
    body = (body.get("requests") or [body.get("parameters") or body])[0]
    named = [body.get(name) for name in ("dimensions", "outputDimensionality", "output_dimension")]
    assert 2 in named


@pytest.mark.parametrize("contents", ["a", ["a", "b"]])
def test_gemini_makes_vectors(root, embedder, contents):
    gemini = genai.Client(api_key=KEY, http_options={"base_url": root})
    made = gemini.models.embed_content(
        model=embedder, contents=contents, config=types.EmbedContentConfig(task_type="RETRIEVAL_QUERY"))
    assert [item.values for item in made.embeddings] == VECTORS[:len(contents)]


def test_cohere_makes_vectors(root, embedder):
    made = cohere.ClientV2(api_key=KEY, base_url=root).embed(
        model=embedder, texts=["a", "b"], input_type="search_query", embedding_types=["float"])
    assert made.embeddings.float_ == VECTORS


def test_cohere_makes_vectors_of_several_types(root, provider):
    cohere_vectors(provider)
    made = cohere.ClientV2(api_key=KEY, base_url=root).embed(
        model="cohere-vectors", texts=["a"], input_type="clustering", embedding_types=["float", "int8"], output_dimension=2)
    assert made.embeddings.float_ == VECTORS[:1]
    assert made.embeddings.int8 == [[1, 2]]
    assert provider.received[-1].json["output_dimension"] == 2


def test_tokens_are_no_text_for_other_providers(client, provider):
    with pytest.raises(openai.BadRequestError) as raised:
        client.embeddings.create(model="cohere-vectors", input=[[1, 2]])
    assert raised.value.code == "unsupported_by_model"
    assert not provider.received


# MARK: Ranks


def ranked(call, *members):
    bearer(call)
    assert set(call.json) <= {"query", "documents", "top_n", *members}
    assert call.json["query"] == "which?" and call.json["documents"] == ["a", "b", "c"] and call.json["top_n"] == 2
    results = [{"index": 2, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]
    return json_answer({"id": "1", "results": results, "usage": {"total_tokens": 9}, "meta": {"billed_units": {"search_units": 1}}})


@pytest.mark.parametrize("ranker", ["cohere-ranks", "jina-ranks", "bedrock-cohere-ranks", "bedrock-amazon-ranks"])
def test_cohere_ranks(root, provider, ranker):
    provider.on("POST", "/cohere/v2/rerank")(lambda call: ranked(call, "model", "max_tokens_per_doc"))
    provider.on("POST", "/jina/v1/rerank")(lambda call: ranked(call, "model", "return_documents"))
    provider.on("POST", "/bedrock/model/amazon.rerank-v1%3A0/invoke")(ranked)

    @provider.on("POST", "/bedrock/model/cohere.rerank-v3-5%3A0/invoke")
    def of_cohere(call):
        assert call.json["api_version"] == 2
        return ranked(call, "api_version")

    made = cohere.ClientV2(api_key=KEY, base_url=root).rerank(
        model=ranker, query="which?", documents=["a", "b", "c"], top_n=2)
    assert [(item.index, item.relevance_score) for item in made.results] == [(2, 0.9), (0, 0.1)]


# MARK: Moderation and images


@pytest.mark.parametrize("text", ["bad", ["bad", "good"], [{"type": "text", "text": "bad"}]])
def test_openai_moderates(client, provider, text):
    @provider.on("POST", "/openai/v1/moderations")
    def answer(call):
        bearer(call)
        assert call.json == {"model": "omni-moderation-latest", "input": text}
        verdict = {"flagged": True, "categories": {"violence": True}, "category_scores": {"violence": 0.9},
                   "category_applied_input_types": {"violence": ["text"]}}
        return json_answer({"id": "modr-1", "model": "omni-moderation-latest", "results": [verdict]})

    [result] = client.moderations.create(model="moderator", input=text).results
    assert result.flagged and result.categories.violence


def test_openai_draws(client, provider):
    @provider.on("POST", "/openai/v1/images/generations")
    def answer(call):
        bearer(call)
        assert call.json == {"model": "gpt-image-1", "prompt": "a cat", "n": 1, "size": "1024x1024"}
        return json_answer({"created": 1, "data": [{"b64_json": base64.b64encode(MEDIA).decode()}], "usage": USAGE})

    made = client.images.generate(model="painter", prompt="a cat", n=1, size="1024x1024")
    assert base64.b64decode(made.data[0].b64_json) == MEDIA
    assert made.usage.total_tokens == 30


def test_openai_draws_step_by_step(client, provider):
    @provider.on("POST", "/openai/v1/images/generations")
    def answer(call):
        assert call.json["stream"] is True and call.json["partial_images"] == 1
        common = b'"created_at":1,"background":"auto","output_format":"png","quality":"low","size":"1024x1024"'
        return chunked_answer([
            b'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"AAAA",'
            b'"partial_image_index":0,' + common + b"}\n\n",
            b'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"BBBB",'
            b'"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3,"input_tokens_details":{"text_tokens":1,'
            b'"image_tokens":0}},' + common + b"}\n\n"], "text/event-stream")

    stream = client.images.generate(model="painter", prompt="a cat", stream=True, partial_images=1)
    assert [(event.type, event.b64_json) for event in stream] == [
        ("image_generation.partial_image", "AAAA"), ("image_generation.completed", "BBBB")]


def test_openai_changes_images(client, provider):
    @provider.on("POST", "/openai/v1/images/edits")
    def answer(call):
        bearer(call)
        form = call.form
        assert fields(form) == {"model": "gpt-image-1", "prompt": "add a höt", "input_fidelity": "high"}
        assert files(form) == [
            ("image[]", "one.png", MEDIA), ("image[]", "two.png", b"\x89PNG\r\n"), ("mask", "mask.png", MEDIA[::-1])]
        return json_answer({"created": 1, "data": [{"b64_json": "AAAA"}], "usage": USAGE})

    made = client.images.edit(
        model="painter", prompt="add a höt", input_fidelity="high", mask=("mask.png", MEDIA[::-1]),
        image=[("one.png", MEDIA, "image/png"), ("two.png", b"\x89PNG\r\n", "image/png")])
    assert made.data[0].b64_json == "AAAA"


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_openai_varies_an_image(client, provider):
    @provider.on("POST", "/openai/v1/images/variations")
    def answer(call):
        assert fields(call.form) == {"model": "gpt-image-1", "n": "2"}
        assert files(call.form) == [("image", "one.png", MEDIA)]
        return json_answer({"created": 1, "data": [{"url": "https://images.example/1"}, {"url": "https://images.example/2"}]})

    made = client.images.create_variation(model="painter", image=("one.png", MEDIA), n=2)
    assert [image.url[-1] for image in made.data] == ["1", "2"]


# MARK: Audio


def speaking(provider, pieces, kind="audio/mpeg"):
    @provider.on("POST", "/openai/v1/audio/speech")
    def answer(call):
        bearer(call)
        assert call.json.items() >= {"model": "gpt-4o-mini-tts", "input": "hello", "voice": "alloy"}.items()
        return chunked_answer(pieces, kind)


def test_openai_speaks(client, provider):
    speaking(provider, [MEDIA[start:start + 1000] for start in range(0, len(MEDIA), 1000)])
    with client.audio.speech.with_streaming_response.create(model="voice", input="hello", voice="alloy") as response:
        assert response.headers["content-type"] == "audio/mpeg"
        assert b"".join(response.iter_bytes()) == MEDIA
    assert client.audio.speech.create(model="voice", input="hello", voice="alloy").read() == MEDIA


def test_openai_speaks_in_events(client, provider):
    events = [b'data: {"type":"speech.audio.delta","audio":"AAAA"}\n\n', b'data: {"type":"speech.audio.done"}\n\n']
    speaking(provider, events, "text/event-stream")
    with client.audio.speech.with_streaming_response.create(
            model="voice", input="hello", voice="alloy", stream_format="sse") as response:
        assert b"".join(response.iter_bytes()) == b"".join(events)


TEXTS = {
    "json": (b'{"text":"hello","usage":{"type":"duration","seconds":3}}', "application/json"),
    "text": (b"hello\n", "text/plain; charset=utf-8"),
    "srt": (b"1\n00:00:00,000 --> 00:00:01,000\nhello\n\n", "application/x-subrip"),
    "vtt": (b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n\n", "text/vtt"),
    "verbose_json": (
        b'{"task":"transcribe","language":"english","duration":1.5,"text":"hello","segments":[{"id":0,"seek":0,"start":0.0,'
        b'"end":1.0,"text":"hello","tokens":[1],"temperature":0.0,"avg_logprob":-0.1,"compression_ratio":1.0,'
        b'"no_speech_prob":0.0}]}', "application/json"),
}


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("operation", ["transcriptions", "translations"])
def test_openai_hears(client, provider, operation, form):
    @provider.on("POST", f"/openai/v1/audio/{operation}")
    def answer(call):
        bearer(call)
        assert fields(call.form) == {"model": "whisper-1", "response_format": form, "temperature": "0.2"}
        assert files(call.form) == [("file", "a.wav", MEDIA)]
        return typed_answer(*TEXTS[form])

    made = getattr(client.audio, operation).create(
        model="ear", file=("a.wav", MEDIA, "audio/wav"), response_format=form, temperature=0.2)
    if form in ("json", "verbose_json"):
        assert made.text == "hello"
    else:
        assert made == TEXTS[form][0].decode()
    if form == "verbose_json":
        assert made.duration == 1.5 and made.segments[0].end == 1.0


def test_a_transcript_is_streamed(client, provider):
    @provider.on("POST", "/openai/v1/audio/transcriptions")
    def answer(call):
        assert fields(call.form)["stream"] == "true"
        return chunked_answer([
            b'data: {"type":"transcript.text.delta","delta":"hel"}\n\n',
            b'data: {"type":"transcript.text.delta","delta":"lo"}\n\n',
            b'data: {"type":"transcript.text.done","text":"hello"}\n\n'], "text/event-stream")

    events = list(client.audio.transcriptions.create(model="ear", file=("a.wav", MEDIA), stream=True))
    assert [event.type for event in events] == ["transcript.text.delta", "transcript.text.delta", "transcript.text.done"]
    assert events[-1].text == "hello"


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
@pytest.mark.parametrize("status, kind", [(400, openai.BadRequestError), (429, openai.RateLimitError)])
def test_what_a_provider_refuses_of_a_form_is_passed_on(client, provider, status, kind):
    @provider.on("POST", "/openai/v1/audio/translations")
    def answer(call):
        refusal = {"message": "Invalid file format.", "type": "invalid_request_error", "param": "file", "code": None}
        return json_answer({"error": refusal}, status)

    with pytest.raises(kind) as raised:
        client.audio.translations.create(model="ear", file=("a.xyz", b"?"))
    assert "Invalid file format." in raised.value.message


# MARK: Counting


def test_anthropic_counts_with_its_provider(root, provider):
    @provider.on("POST", "/anthropic/v1/messages/count_tokens")
    def answer(call):
        assert call.request.headers["x-api-key"] == "sk-up"
        # The caller's own: it speaks this version.
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", call.request.headers["anthropic-version"])
        assert call.json == {
            "model": "claude-sonnet-4-5", "system": "be brief", "messages": [{"role": "user", "content": "hi"}]}
        return json_answer({"input_tokens": 42})

    counting = anthropic.Anthropic(base_url=root, api_key=KEY, max_retries=0).messages.with_raw_response
    answered = counting.count_tokens(model="claude", system="be brief", messages=[{"role": "user", "content": "hi"}])
    assert answered.parse().input_tokens == 42
    assert "x-sluice-estimated" not in answered.headers


@pytest.mark.parametrize("model", ["gpt", "flash"])
def test_anthropic_gets_an_estimate_where_no_provider_counts(root, provider, model):
    counting = anthropic.Anthropic(base_url=root, api_key=KEY, max_retries=0).messages.with_raw_response
    answered = counting.count_tokens(model=model, messages=[{"role": "user", "content": "one two three four five"}])
    assert 5 <= answered.parse().input_tokens <= 20
    assert answered.headers["x-sluice-estimated"] == "true"
    assert not provider.received


def test_gemini_counts_with_its_provider(root, provider):
    @provider.on("POST", "/gemini/v1beta/models/gemini-2.5-flash:countTokens")
    def answer(call):
        assert call.request.headers["x-goog-api-key"] == "sk-up"
        assert call.json == {"contents": [{"parts": [{"text": "hi"}], "role": "user"}]}
        return json_answer({"totalTokens": 7, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 7}]})

    gemini = genai.Client(api_key=KEY, http_options={"base_url": root})
    assert gemini.models.count_tokens(model="flash", contents="hi").total_tokens == 7


@pytest.mark.parametrize("model", ["gpt", "claude"])
def test_gemini_gets_an_estimate_where_no_provider_counts(root, provider, model):
    gemini = genai.Client(api_key=KEY, http_options={"base_url": root})
    assert 5 <= gemini.models.count_tokens(model=model, contents="one two three four five").total_tokens <= 20
    assert not provider.received
