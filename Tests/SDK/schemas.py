"""What each provider's published schema demands of a conversation, and what a request says in plain records."""

import base64
import json
import re
from dataclasses import dataclass, field


@dataclass
class Said:
    """A request, whatever its dialect."""

    text: str = ""
    calls: list = field(default_factory=list)
    """`(id, name, arguments)` of the calls in the history."""
    results: list = field(default_factory=list)
    """`(id of the call, what the tool gave)`."""
    images: list = field(default_factory=list)
    """`(MIME type, bytes)`."""
    tools: dict = field(default_factory=dict)
    """Name to schema."""
    schema: dict | None = None
    """Of the answer."""
    must_call: str | None = None
    """The tool that the model has to call."""


def only(value, allowed, required=()):
    """Fails on a member that the schema does not have, and on a required one that is missing."""
    assert isinstance(value, dict), value
    unknown = set(value) - set(allowed) - set(required)
    assert not unknown, f"unknown members {unknown} in {json.dumps(value)[:300]}"
    missing = set(required) - set(value)
    assert not missing, f"missing {missing} in {json.dumps(value)[:300]}"
    return value


def one_of(value, *allowed):
    assert value in allowed, f"{value!r} is none of {allowed}"


def text(value):
    assert isinstance(value, str), value
    return value


def data_url(url):
    found = re.fullmatch(r"data:([^;,]+);base64,(.*)", url)
    assert found, url[:60]
    return found.group(1), base64.b64decode(found.group(2), validate=True)


def json_schema(value):
    assert isinstance(value, dict) and value.get("type") == "object", value
    return value


def answered(said, pending):
    """Every call has one result, and the results of a turn come before anything else."""
    assert not pending, f"calls without a result: {pending}"
    assert len({identity for identity, _, _ in said.calls}) == len(said.calls), "ids of calls occur twice"


# MARK: OpenAI


CHAT = {
    "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "stream", "stream_options",
    "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "n", "seed", "user", "metadata", "logprobs",
    "top_logprobs", "reasoning_effort", "frequency_penalty", "presence_penalty", "logit_bias", "store", "service_tier"}


def openai_chat(body):
    only(body, CHAT, ["model", "messages"])
    said, pending = Said(), set()
    assert body["messages"]
    assert body.get("stream") or "stream_options" not in body
    for message in body["messages"]:
        role = message["role"]
        one_of(role, "system", "developer", "user", "assistant", "tool")
        if role == "tool":
            only(message, ["name"], ["role", "content", "tool_call_id"])
            assert message["tool_call_id"] in pending, "a result without its call before it"
            pending.remove(message["tool_call_id"])
            content = message["content"]
            if isinstance(content, list):
                content = "".join(text(only(part, [], ["type", "text"])["text"]) for part in content)
            said.results.append((message["tool_call_id"], content))
            continue
        assert not pending, "a message between a call and its result"
        content = message.get("content")
        if role == "assistant":
            only(message, [
                "content", "tool_calls", "refusal", "name", "annotations", "audio", "reasoning_content", "reasoning_details"],
                ["role"])
            assert content or message.get("tool_calls"), "an empty message of the assistant"
            for call in message.get("tool_calls") or []:
                only(call, [], ["id", "type", "function"])
                only(call["function"], [], ["name", "arguments"])
                assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", call["function"]["name"])
                said.calls.append((call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
                pending.add(call["id"])
            assert message.get("tool_calls") != []
        else:
            only(message, ["name"], ["role", "content"])
        for part in content if isinstance(content, list) else []:
            if part["type"] == "text":
                said.text += text(only(part, [], ["type", "text"])["text"])
            else:
                assert role == "user" and part["type"] == "image_url", part["type"]
                only(part, [], ["type", "image_url"])
                said.images.append(data_url(only(part["image_url"], ["detail"], ["url"])["url"]))
        if isinstance(content, str):
            said.text += content
    answered(said, pending)
    for tool in body.get("tools", []):
        only(tool, [], ["type", "function"])
        one_of(tool["type"], "function")
        function = only(tool["function"], ["description", "parameters", "strict"], ["name"])
        said.tools[function["name"]] = json_schema(function["parameters"])
    form = body.get("response_format")
    if form:
        only(form, [], ["type", "json_schema"])
        said.schema = json_schema(only(form["json_schema"], ["description", "strict"], ["name", "schema"])["schema"])
    return said


RESPONSES = {
    "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "stream", "max_output_tokens",
    "temperature", "top_p", "user", "metadata", "reasoning", "store", "include", "previous_response_id", "service_tier",
    "stream_options", "truncation"}


def openai_responses(body):
    only(body, RESPONSES, ["model", "input"])
    said, pending = Said(), set()
    items = body["input"] if isinstance(body["input"], list) else [{"role": "user", "content": body["input"]}]
    for item in items:
        kind = item.get("type", "message")
        one_of(kind, "message", "function_call", "function_call_output", "reasoning")
        if kind == "function_call":
            only(item, ["id", "status"], ["type", "call_id", "name", "arguments"])
            said.calls.append((item["call_id"], item["name"], json.loads(item["arguments"])))
            pending.add(item["call_id"])
        elif kind == "function_call_output":
            only(item, ["id", "status"], ["type", "call_id", "output"])
            pending.remove(item["call_id"])
            output = item["output"]
            if isinstance(output, list):
                output = "".join(text(only(part, [], ["type", "text"])["text"]) for part in output)
            said.results.append((item["call_id"], output))
        elif kind == "message":
            only(item, ["type", "id", "status", "phase"], ["role", "content"])
            one_of(item["role"], "user", "system", "developer", "assistant")
            content = item["content"]
            for part in [{"type": "input_text", "text": content}] if isinstance(content, str) else content:
                if part["type"] == "input_image":
                    only(part, ["detail"], ["type", "image_url"])
                    said.images.append(data_url(part["image_url"]))
                elif isinstance(content, list) and item["role"] == "assistant":
                    one_of(part["type"], "output_text", "refusal")
                    said.text += part["text"]
                else:
                    one_of(part["type"], "input_text")
                    said.text += text(only(part, [], ["type", "text"])["text"])
    answered(said, pending)
    for tool in body.get("tools", []):
        # `strict` is true unless it is said: the schema would have to be a strict one.
        only(tool, ["description", "strict"], ["type", "name", "parameters"])
        one_of(tool["type"], "function")
        said.tools[tool["name"]] = json_schema(tool["parameters"])
    form = body.get("text", {}).get("format")
    if form:
        only(form, ["description", "strict"], ["type", "name", "schema"])
        one_of(form["type"], "json_schema")
        said.schema = json_schema(form["schema"])
    return said


# MARK: Anthropic


def anthropic(body):
    only(body, [
        "system", "tools", "tool_choice", "stream", "temperature", "top_p", "top_k", "stop_sequences", "thinking",
        "metadata", "service_tier", "output_config", "container", "mcp_servers"], ["model", "messages", "max_tokens"])
    assert isinstance(body["max_tokens"], int) and body["max_tokens"] >= 1
    said, pending, last = Said(), set(), None
    for message in body["messages"]:
        only(message, [], ["role", "content"])
        one_of(message["role"], "user", "assistant")
        assert message["role"] != last, "two messages of one role in a row"
        last = message["role"]
        blocks = message["content"]
        if isinstance(blocks, str):
            blocks = [{"type": "text", "text": blocks}]
        assert blocks
        kinds = [block["type"] for block in blocks]
        if pending:
            assert last == "user"
            count = kinds.count("tool_result")
            assert set(kinds[:count]) == {"tool_result"}, "results come first in their message"
        for block in blocks:
            one_of(block["type"], "text", "image", "tool_use", "tool_result", "thinking", "redacted_thinking")
            if block["type"] == "text":
                assert only(block, ["cache_control", "citations"], ["type", "text"])["text"].strip(), "an empty text block"
                said.text += block["text"]
            elif block["type"] == "image":
                source = only(block, ["cache_control"], ["type", "source"])["source"]
                only(source, [], ["type", "media_type", "data"])
                one_of(source["media_type"], "image/png", "image/jpeg", "image/gif", "image/webp")
                said.images.append((source["media_type"], base64.b64decode(source["data"], validate=True)))
            elif block["type"] == "tool_use":
                assert last == "assistant"
                only(block, ["cache_control", "caller"], ["type", "id", "name", "input"])
                assert re.fullmatch(r"[a-zA-Z0-9_-]+", block["id"]) and isinstance(block["input"], dict)
                said.calls.append((block["id"], block["name"], block["input"]))
                pending.add(block["id"])
            elif block["type"] == "tool_result":
                assert last == "user"
                only(block, ["content", "is_error", "cache_control"], ["type", "tool_use_id"])
                pending.remove(block["tool_use_id"])
                content = block.get("content", "")
                if isinstance(content, list):
                    content = "".join(text(only(part, ["cache_control"], ["type", "text"])["text"]) for part in content)
                said.results.append((block["tool_use_id"], content))
        assert last == "assistant" or not pending, f"tool_use without tool_result: {pending}"
    assert last == "user" or not pending
    answered(said, pending)
    for tool in body.get("tools", []):
        only(tool, ["description", "type", "cache_control", "strict"], ["name", "input_schema"])
        said.tools[tool["name"]] = json_schema(tool["input_schema"])
    choice = body.get("tool_choice", {})
    if choice.get("type") == "tool":
        said.must_call = choice["name"]
    form = body.get("output_config", {}).get("format")
    if form:
        only(form, [], ["type", "schema"])
        said.schema = json_schema(form["schema"])
    return said


# MARK: Gemini


def gemini(body):
    only(body, [
        "systemInstruction", "tools", "toolConfig", "safetySettings", "generationConfig", "cachedContent"], ["contents"])
    said, pending, last = Said(), [], None
    for content in body["contents"]:
        only(content, [], ["role", "parts"])
        one_of(content["role"], "user", "model")
        assert content["parts"], "a content without parts"
        responses = [part for part in content["parts"] if "functionResponse" in part]
        if pending:
            # A call's turn is followed by the turn with as many responses.
            assert content["role"] == "user" and len(responses) == len(pending), "as many responses as calls"
        for part in content["parts"]:
            part = dict(part)
            part.pop("thoughtSignature", None)
            thought = part.pop("thought", False)
            assert len(part) == 1, part
            [(kind, value)] = part.items()
            one_of(kind, "text", "inlineData", "functionCall", "functionResponse")
            if kind == "text":
                said.text += "" if thought else value
            elif kind == "inlineData":
                value = {"mimeType" if name == "mime_type" else name: inner for name, inner in value.items()}
                only(value, ["displayName"], ["mimeType", "data"])
                # Of either alphabet.
                data = base64.b64decode(value["data"].replace("-", "+").replace("_", "/"), validate=True)
                said.images.append((value["mimeType"], data))
            elif kind == "functionCall":
                assert content["role"] == "model"
                only(value, ["id", "args"], ["name"])
                identity = value.get("id") or f"{value['name']}-{len(said.calls)}"
                said.calls.append((identity, value["name"], value.get("args", {})))
                pending.append((identity, value["name"], value.get("id")))
            else:
                only(value, ["id"], ["name", "response"])
                assert isinstance(value["response"], dict), "a response is an object"
                found = next(one for one in pending if one[1] == value["name"] and (one[2] or None) == value.get("id"))
                pending.remove(found)
                response = value["response"]
                whole = response.get("output", response.get("result", response))
                said.results.append((found[0], whole if isinstance(whole, str) else json.dumps(whole)))
        last = content["role"]
    answered(said, pending)
    for tool in body.get("tools", []):
        only(tool, [], ["functionDeclarations"])
        for function in tool["functionDeclarations"]:
            # Google takes both spellings of a name, and its own SDK writes this one so.
            function = {"parametersJsonSchema" if name == "parameters_json_schema" else name: value
                        for name, value in function.items()}
            only(function, ["description", "parameters", "parametersJsonSchema", "behavior"], ["name"])
            assert not ("parameters" in function and "parametersJsonSchema" in function)
            schema = function.get("parametersJsonSchema") or function["parameters"]
            said.tools[function["name"]] = json.loads(re.sub(r'"type": "([A-Z]+)"', lambda m: m.group(0).lower(), json.dumps(schema)))
    settings = only(body.get("generationConfig", {}), [
        "maxOutputTokens", "temperature", "topP", "topK", "stopSequences", "candidateCount", "responseMimeType",
        "responseSchema", "responseJsonSchema", "thinkingConfig", "seed", "presencePenalty", "frequencyPenalty",
        "responseLogprobs", "logprobs", "responseModalities"])
    schema = settings.get("responseJsonSchema") or settings.get("responseSchema")
    if schema:
        one_of(settings.get("responseMimeType"), "application/json")
        said.schema = json.loads(re.sub(r'"type": "([A-Z]+)"', lambda m: m.group(0).lower(), json.dumps(schema)))
    return said


# MARK: Bedrock


def bedrock(body):
    only(body, [
        "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields", "outputConfig",
        "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "serviceTier", "promptVariables"],
        ["messages"])
    only(body.get("inferenceConfig", {}), ["maxTokens", "temperature", "topP", "stopSequences"])
    said, pending, last = Said(), set(), None
    for message in body["messages"]:
        only(message, [], ["role", "content"])
        one_of(message["role"], "user", "assistant")
        assert message["role"] != last, "two messages of one role in a row"
        last = message["role"]
        assert message["content"], "an empty message"
        for block in message["content"]:
            assert len(block) == 1, block
            [(kind, value)] = block.items()
            one_of(kind, "text", "image", "toolUse", "toolResult", "reasoningContent", "cachePoint")
            if kind == "text":
                assert value.strip(), "an empty text block"
                said.text += value
            elif kind == "image":
                only(value, [], ["format", "source"])
                one_of(value["format"], "png", "jpeg", "gif", "webp")
                data = base64.b64decode(only(value["source"], [], ["bytes"])["bytes"], validate=True)
                said.images.append(("image/" + value["format"], data))
            elif kind == "toolUse":
                only(value, ["type"], ["toolUseId", "name", "input"])
                assert last == "assistant" and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", value["toolUseId"])
                assert isinstance(value["input"], dict)
                said.calls.append((value["toolUseId"], value["name"], value["input"]))
                pending.add(value["toolUseId"])
            elif kind == "toolResult":
                only(value, ["status", "type"], ["toolUseId", "content"])
                pending.remove(value["toolUseId"])
                parts = []
                for part in value["content"]:
                    assert len(part) == 1
                    parts.append(part["text"] if "text" in part else json.dumps(part["json"]))
                said.results.append((value["toolUseId"], "".join(parts)))
        assert last == "assistant" or not pending, f"toolUse without toolResult: {pending}"
    answered(said, pending)
    tools = body.get("toolConfig")
    if tools:
        only(tools, ["toolChoice"], ["tools"])
        assert tools["tools"]
        for tool in tools["tools"]:
            spec = only(only(tool, [], ["toolSpec"])["toolSpec"], ["description", "strict"], ["name", "inputSchema"])
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", spec["name"])
            assert spec.get("description") != "", "an empty description"
            said.tools[spec["name"]] = json_schema(only(spec["inputSchema"], [], ["json"])["json"])
        said.must_call = tools.get("toolChoice", {}).get("tool", {}).get("name")
    assert tools or not said.calls, "tools are declared where calls are in the history"
    form = body.get("outputConfig", {}).get("textFormat")
    if form:
        only(form, [], ["type", "structure"])
        one_of(form["type"], "json_schema")
        definition = only(form["structure"]["jsonSchema"], ["name", "description"], ["schema"])
        said.schema = json_schema(json.loads(text(definition["schema"])))
    return said


# MARK: Cohere


def cohere(body):
    only(body, [
        "stream", "tools", "tool_choice", "strict_tools", "documents", "citation_options", "response_format", "safety_mode",
        "max_tokens", "stop_sequences", "temperature", "seed", "frequency_penalty", "presence_penalty", "k", "p", "logprobs",
        "thinking", "raw_prompting", "priority"], ["model", "messages"])
    said, pending = Said(), set()
    for message in body["messages"]:
        role = message["role"]
        one_of(role, "system", "user", "assistant", "tool")
        if role == "tool":
            only(message, [], ["role", "tool_call_id", "content"])
            pending.remove(message["tool_call_id"])
            content = message["content"]
            if isinstance(content, list):
                content = "".join(
                    part["text"] if part["type"] == "text" else json.dumps(part["document"]["data"]) for part in content)
            said.results.append((message["tool_call_id"], content))
            continue
        assert not pending, "a message between a call and its result"
        content = message.get("content")
        if role == "assistant":
            only(message, ["content", "tool_calls", "tool_plan", "citations"], ["role"])
            assert content or message.get("tool_calls"), "an empty message of the assistant"
            said.text += message.get("tool_plan") or ""
            for call in message.get("tool_calls") or []:
                only(call, [], ["id", "type", "function"])
                only(call["function"], [], ["name", "arguments"])
                said.calls.append((call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
                pending.add(call["id"])
        else:
            only(message, [], ["role", "content"])
        for part in content if isinstance(content, list) else []:
            one_of(part["type"], "text", "image_url", "thinking")
            if part["type"] == "image_url":
                assert role == "user"
                said.images.append(data_url(only(part["image_url"], ["detail"], ["url"])["url"]))
            elif part["type"] == "text":
                said.text += text(part["text"])
        if isinstance(content, str):
            said.text += content
    answered(said, pending)
    if "tool_choice" in body:
        one_of(body["tool_choice"], "REQUIRED", "NONE")
    for tool in body.get("tools", []):
        only(tool, [], ["type", "function"])
        function = only(tool["function"], ["description"], ["name", "parameters"])
        said.tools[function["name"]] = json_schema(function["parameters"])
    form = body.get("response_format")
    if form:
        only(form, ["json_schema"], ["type"])
        one_of(form["type"], "json_object")
        assert not body.get("tools"), "a schema goes with no tools"
        said.schema = form.get("json_schema")
    return said


SCHEMAS = {
    "openai-chat": openai_chat, "openai-responses": openai_responses, "anthropic": anthropic, "gemini": gemini,
    "bedrock-converse": bedrock, "cohere": cohere,
}
