import pytest
from pydantic import BaseModel

from upstream import answer, chunk, completion, events

MESSAGES = [{"role": "user", "content": "hi"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def test_a_plain_call_is_answered(sdk, upstream):
    upstream.will(answer(completion({"content": "good day"})))
    result = sdk.call(lambda client: client.chat.completions.create(model="chat", messages=MESSAGES))
    assert result.choices[0].message.content == "good day"
    assert result.usage.total_tokens == 7
    assert result._request_id
    assert upstream.last.json == {"model": "up-chat", "messages": MESSAGES}
    assert upstream.last.headers["authorization"] == "Bearer sk-of-the-provider"


def test_a_stream_is_answered(sdk, upstream):
    upstream.will(events(chunk({"role": "assistant", "content": ""}), chunk({"content": "good "}), chunk({"content": "day"}), chunk(finish="stop")))
    chunks = sdk.collect(lambda client: client.chat.completions.create(model="chat", messages=MESSAGES, stream=True))
    assert "".join(item.choices[0].delta.content or "" for item in chunks) == "good day"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(item.choices for item in chunks), "the usage event was not asked for"


def test_a_stream_is_answered_again_by_the_cache(sdk, upstream, request):
    asked = [{"role": "user", "content": request.node.name}]
    upstream.will(events(chunk({"role": "assistant", "content": ""}), chunk({"content": "good "}), chunk({"content": "day"}), chunk(finish="stop")))
    make = lambda client: client.chat.completions.create(model="remembered", messages=asked, stream=True)
    first = sdk.collect(make)
    upstream.will(events(chunk({"content": "another"}), chunk(finish="stop")))
    second = sdk.collect(make)
    assert "".join(item.choices[0].delta.content or "" for item in second) == "good day"
    assert [item.model_dump() for item in second] == [item.model_dump() for item in first]
    fresh = sdk.collect(
        lambda client: client.chat.completions.create(
            model="remembered", messages=asked, stream=True, extra_headers={"cache-control": "no-cache"}
        )
    )
    assert "".join(item.choices[0].delta.content or "" for item in fresh) == "another"


def test_usage_comes_with_a_stream_that_asks_for_it(sdk, upstream):
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    upstream.will(events(chunk({"content": "x"}), chunk(finish="stop"), {**chunk(usage=usage), "choices": []}))
    chunks = sdk.collect(
        lambda client: client.chat.completions.create(
            model="chat", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
    )
    assert [item.usage.total_tokens for item in chunks if item.usage] == [7]
    assert chunks[-1].choices == []


def test_unknown_fields_reach_the_provider_and_come_back(sdk, upstream):
    upstream.will(answer(completion({"x_thoughts": [1, 2]}, x_trace={"a": 1})))
    result = sdk.call(
        lambda client: client.chat.completions.create(
            model="chat", messages=MESSAGES, extra_body={"x_vendor": {"depth": 3}, "top_k": 40}
        )
    )
    assert upstream.last.json["x_vendor"] == {"depth": 3}
    assert upstream.last.json["top_k"] == 40
    assert result.model_extra["x_trace"] == {"a": 1}
    assert result.choices[0].message.model_extra["x_thoughts"] == [1, 2]


def test_unknown_fields_of_a_stream_come_back(sdk, upstream):
    upstream.will(events(chunk({"content": "x", "reasoning_content": "hm"}, x_trace=1), chunk(finish="stop")))
    chunks = sdk.collect(lambda client: client.chat.completions.create(model="chat", messages=MESSAGES, stream=True))
    assert chunks[0].choices[0].delta.model_extra["reasoning_content"] == "hm"
    assert chunks[0].model_extra["x_trace"] == 1


def test_tools_are_offered_and_called(sdk, upstream):
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Köln"}'}}
    upstream.will(answer(completion({"content": None, "tool_calls": [call]}, finish="tool_calls")))
    result = sdk.call(
        lambda client: client.chat.completions.create(
            model="chat", messages=MESSAGES, tools=[WEATHER], tool_choice="auto", parallel_tool_calls=False
        )
    )
    assert upstream.last.json["tools"] == [WEATHER]
    assert upstream.last.json["parallel_tool_calls"] is False
    assert result.choices[0].message.tool_calls[0].function.arguments == '{"city": "Köln"}'


def test_tool_results_are_sent_back(sdk, upstream):
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    messages = MESSAGES + [
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
    ]
    upstream.will(answer(completion()))
    sdk.call(lambda client: client.chat.completions.create(model="chat", messages=messages))
    assert upstream.last.json["messages"] == messages


def test_a_streamed_tool_call_is_put_together(sdk, upstream):
    def part(text, **members):
        return chunk({"tool_calls": [{"index": 0, "function": {"arguments": text}, **members}]})

    first = chunk({"role": "assistant", "tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}]})
    upstream.will(events(first, part('{"city"'), part(': "Köln"}'), chunk(finish="tool_calls")))
    final, seen = sdk.final(
        lambda client: client.chat.completions.stream(model="chat", messages=MESSAGES, tools=[WEATHER])
    )
    call = final.choices[0].message.tool_calls[0]
    assert call.function.name == "weather"
    assert call.function.arguments == '{"city": "Köln"}'
    assert [event.type for event in seen if event.type.startswith("tool_calls")][-1] == "tool_calls.function.arguments.done"


def test_an_image_arrives_byte_for_byte(sdk, upstream):
    image = "data:image/png;base64," + "iVBORw0KGgo+/=" * 5000
    parts = [{"type": "text", "text": "what is this?"}, {"type": "image_url", "image_url": {"url": image, "detail": "low"}}]
    upstream.will(answer(completion()))
    sdk.call(lambda client: client.chat.completions.create(model="chat", messages=[{"role": "user", "content": parts}]))
    assert upstream.last.json["messages"][0]["content"] == parts


class Person(BaseModel):
    name: str
    age: int


def test_a_json_schema_is_passed_on(sdk, upstream):
    form = {"type": "json_schema", "json_schema": {"name": "person", "strict": True, "schema": Person.model_json_schema()}}
    upstream.will(answer(completion({"content": '{"name":"Ada","age":36}'})))
    sdk.call(lambda client: client.chat.completions.create(model="chat", messages=MESSAGES, response_format=form))
    assert upstream.last.json["response_format"] == form


def test_structured_output_is_parsed(sdk, upstream):
    upstream.will(answer(completion({"content": '{"name":"Ada","age":36}'})))
    result = sdk.call(
        lambda client: client.chat.completions.parse(model="chat", messages=MESSAGES, response_format=Person)
    )
    assert result.choices[0].message.parsed == Person(name="Ada", age=36)
    assert upstream.last.json["response_format"]["json_schema"]["name"] == "Person"


def test_streamed_structured_output_is_parsed(sdk, upstream):
    upstream.will(events(chunk({"content": '{"name":"Ada",'}), chunk({"content": '"age":36}'}), chunk(finish="stop")))
    final, _ = sdk.final(
        lambda client: client.chat.completions.stream(model="chat", messages=MESSAGES, response_format=Person)
    )
    assert final.choices[0].message.parsed == Person(name="Ada", age=36)


def test_the_headers_of_the_answer_can_be_read(sdk, upstream):
    upstream.will(answer(completion()))
    raw = sdk.call(lambda client: client.chat.completions.with_raw_response.create(model="chat", messages=MESSAGES))
    assert raw.headers["x-sluice-target"] == "main/up-chat"
    assert raw.headers["x-sluice-attempts"] == "1"
    assert raw.headers["x-request-id"]


@pytest.mark.parametrize("text", ["", "café ☕ 🤝", 'a "quoted" \\ text', "line\nbreak\ttab", "\u2028", "x" * 300_000])
def test_any_text_passes_both_ways(sdk, upstream, text):
    upstream.will(answer(completion({"content": text})))
    messages = [{"role": "user", "content": text}]
    result = sdk.call(lambda client: client.chat.completions.create(model="chat", messages=messages))
    assert result.choices[0].message.content == text
    assert upstream.last.json["messages"] == messages
