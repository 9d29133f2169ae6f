import base64
import struct

import openai
import pytest

from conftest import OTHER_KEY
from upstream import answer, events


def test_a_completion_is_answered(sdk, upstream):
    upstream.will(answer({
        "id": "cmpl-1", "object": "text_completion", "created": 1, "model": "up",
        "choices": [{"index": 0, "text": " world", "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }))
    result = sdk.call(lambda client: client.completions.create(model="chat", prompt="hello", echo=True))
    assert result.choices[0].text == " world"
    assert upstream.last.path == "/v1/completions"
    assert upstream.last.json == {"model": "up-chat", "prompt": "hello", "echo": True}


def test_a_completion_is_streamed(sdk, upstream):
    def part(text, finish=None):
        choice = {"index": 0, "text": text, "finish_reason": finish, "logprobs": None}
        return {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "up", "choices": [choice]}

    upstream.will(events(part("a"), part("b"), part("", "stop")))
    parts = sdk.collect(lambda client: client.completions.create(model="chat", prompt="x", stream=True))
    assert "".join(item.choices[0].text for item in parts) == "ab"


def vectors(*values, base64_encoded):
    def encode(vector):
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if base64_encoded else list(vector)

    data = [{"object": "embedding", "index": index, "embedding": encode(vector)} for index, vector in enumerate(values)]
    return answer({"object": "list", "data": data, "model": "up", "usage": {"prompt_tokens": 2, "total_tokens": 2}})


def test_embeddings_are_answered_in_the_sdks_own_encoding(sdk, upstream):
    upstream.will(vectors((0.5, -1.0), (2.0, 0.25), base64_encoded=True))
    result = sdk.call(lambda client: client.embeddings.create(model="embed", input=["a", "b"]))
    assert [item.embedding for item in result.data] == [[0.5, -1.0], [2.0, 0.25]]
    assert upstream.last.path == "/v1/embeddings"
    assert upstream.last.json == {"model": "up-embed", "input": ["a", "b"], "encoding_format": "base64"}


def test_embeddings_are_answered_as_numbers(sdk, upstream):
    upstream.will(vectors((0.5, -1.0), base64_encoded=False))
    result = sdk.call(
        lambda client: client.embeddings.create(model="embed", input=[[1, 2, 3]], encoding_format="float", dimensions=2)
    )
    assert result.data[0].embedding == [0.5, -1.0]
    assert upstream.last.json["input"] == [[1, 2, 3]]
    assert upstream.last.json["dimensions"] == 2


def test_models_are_listed(sdk):
    page = sdk.collect(lambda client: client.models.list())
    assert {"chat", "embed"} <= {model.id for model in page}
    assert all(model.object == "model" and model.owned_by for model in page)


def test_only_the_models_of_the_key_are_listed(sdk):
    assert [model.id for model in sdk.with_(OTHER_KEY).collect(lambda client: client.models.list())] == ["embed"]


def test_one_model_is_retrieved(sdk):
    assert sdk.call(lambda client: client.models.retrieve("embed")).id == "embed"


def test_an_unknown_model_is_not_retrieved(sdk):
    with pytest.raises(openai.NotFoundError) as raised:
        sdk.call(lambda client: client.models.retrieve("nothing"))
    assert raised.value.code == "model_not_found"
