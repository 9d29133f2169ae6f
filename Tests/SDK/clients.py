"""The official SDKs as clients. Each call gives the same plain record, whatever the dialect."""

import json
from dataclasses import dataclass, field

import anthropic
import boto3
import cohere
import openai
from botocore import UNSIGNED
from botocore.config import Config
from google import genai
from google.genai import types

from fixtures import parsed

TOOLS = {
    "get_weather": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}},
    "get_time": {"type": "object", "properties": {"tz": {"type": "string"}}},
}


@dataclass
class Answer:
    text: str = ""
    thoughts: str = ""
    calls: list = field(default_factory=list)
    finish: str = ""
    usage: tuple = ()


class OpenAIChat:
    def __init__(self, root, key):
        self.client = openai.OpenAI(base_url=f"{root}/v1", api_key=key, max_retries=0, timeout=20)

    def _arguments(self, model, tools):
        arguments = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        if tools:
            arguments["tools"] = [
                {"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in TOOLS.items()]
        return arguments

    def plain(self, model, tools=False):
        made = self.client.chat.completions.create(**self._arguments(model, tools))
        choice = made.choices[0]
        return Answer(
            text=choice.message.content or "", thoughts=getattr(choice.message, "reasoning_content", None) or "",
            calls=[(call.function.name, parsed(call.function.arguments)) for call in choice.message.tool_calls or []],
            finish=choice.finish_reason, usage=(made.usage.prompt_tokens, made.usage.completion_tokens))

    def stream(self, model, tools=False):
        answer, calls = Answer(), {}
        for chunk in self.client.chat.completions.create(
                **self._arguments(model, tools), stream=True, stream_options={"include_usage": True}):
            if chunk.usage:
                answer.usage = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
            for choice in chunk.choices:
                answer.text += choice.delta.content or ""
                answer.thoughts += getattr(choice.delta, "reasoning_content", None) or ""
                for call in choice.delta.tool_calls or []:
                    name, text = calls.get(call.index, ("", ""))
                    calls[call.index] = (name + (call.function.name or ""), text + (call.function.arguments or ""))
                answer.finish = choice.finish_reason or answer.finish
        answer.calls = [(name, parsed(text)) for name, text in calls.values()]
        return answer


class Responses:
    def __init__(self, root, key):
        self.client = openai.OpenAI(base_url=f"{root}/v1", api_key=key, max_retries=0, timeout=20)

    def _arguments(self, model, tools):
        arguments = {"model": model, "input": "Hello"}
        if tools:
            arguments["tools"] = [
                {"type": "function", "name": name, "parameters": schema, "strict": False}
                for name, schema in TOOLS.items()]
        return arguments

    @staticmethod
    def _answer(made):
        answer = Answer(finish=made.status, usage=(made.usage.input_tokens, made.usage.output_tokens))
        if made.incomplete_details:
            answer.finish = made.incomplete_details.reason
        for item in made.output:
            if item.type == "message":
                answer.text += "".join(part.text for part in item.content if part.type == "output_text")
            elif item.type == "function_call":
                answer.calls.append((item.name, parsed(item.arguments)))
            elif item.type == "reasoning":
                answer.thoughts += "".join(part.text for part in item.summary)
                answer.thoughts += "".join(part.text for part in item.content or [])
        return answer

    def plain(self, model, tools=False):
        return self._answer(self.client.responses.create(**self._arguments(model, tools)))

    def stream(self, model, tools=False):
        text = ""
        for event in self.client.responses.create(**self._arguments(model, tools), stream=True):
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type in ("response.completed", "response.incomplete"):
                answer = self._answer(event.response)
        assert text == answer.text
        return answer


class Anthropic:
    def __init__(self, root, key):
        self.client = anthropic.Anthropic(base_url=root, api_key=key, max_retries=0, timeout=20)

    def _arguments(self, model, tools):
        arguments = {"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
        if tools:
            arguments["tools"] = [{"name": name, "input_schema": schema} for name, schema in TOOLS.items()]
        return arguments

    @staticmethod
    def _answer(made):
        usage = made.usage
        cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        return Answer(
            text="".join(block.text for block in made.content if block.type == "text"),
            thoughts="".join(block.thinking for block in made.content if block.type == "thinking"),
            calls=[(block.name, block.input) for block in made.content if block.type == "tool_use"],
            finish=made.stop_reason, usage=(usage.input_tokens + cached, usage.output_tokens))

    def plain(self, model, tools=False):
        return self._answer(self.client.messages.create(**self._arguments(model, tools)))

    def stream(self, model, tools=False):
        with self.client.messages.stream(**self._arguments(model, tools)) as stream:
            text = "".join(stream.text_stream)
            answer = self._answer(stream.get_final_message())
        assert text == answer.text
        return answer


class Gemini:
    def __init__(self, root, key):
        self.client = genai.Client(api_key=key, http_options={"base_url": root, "timeout": 20000})

    def _config(self, tools):
        if not tools:
            return None
        declarations = [
            types.FunctionDeclaration(name=name, parameters_json_schema=schema) for name, schema in TOOLS.items()]
        return types.GenerateContentConfig(
            tools=[types.Tool(function_declarations=declarations)],
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))

    @staticmethod
    def _add(answer, made):
        for candidate in made.candidates or []:
            for part in (candidate.content and candidate.content.parts) or []:
                if part.function_call:
                    answer.calls.append((part.function_call.name, part.function_call.args))
                elif part.thought:
                    answer.thoughts += part.text or ""
                else:
                    answer.text += part.text or ""
            if candidate.finish_reason:
                answer.finish = candidate.finish_reason.value
        if made.prompt_feedback and made.prompt_feedback.block_reason:
            answer.finish = made.prompt_feedback.block_reason.value
        if made.usage_metadata and made.usage_metadata.prompt_token_count:
            usage = made.usage_metadata
            answer.usage = (
                usage.prompt_token_count, (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0))

    def plain(self, model, tools=False):
        answer = Answer()
        self._add(answer, self.client.models.generate_content(
            model=model, contents="Hello", config=self._config(tools)))
        return answer

    def stream(self, model, tools=False):
        answer = Answer()
        for made in self.client.models.generate_content_stream(
                model=model, contents="Hello", config=self._config(tools)):
            self._add(answer, made)
        return answer


class Bedrock:
    def __init__(self, root, key):
        self.client = boto3.client(
            "bedrock-runtime", endpoint_url=root, region_name="eu-central-1",
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=20))
        # The SDK itself sends a bearer key over TLS only.
        self.client.meta.events.register(
            "before-call", lambda params, **_: params["headers"].update({"Authorization": f"Bearer {key}"}))

    def _arguments(self, model, tools):
        arguments = {"modelId": model, "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
        if tools:
            arguments["toolConfig"] = {"tools": [
                {"toolSpec": {"name": name, "inputSchema": {"json": schema}}} for name, schema in TOOLS.items()]}
        return arguments

    def plain(self, model, tools=False):
        made = self.client.converse(**self._arguments(model, tools))
        answer = Answer(finish=made["stopReason"], usage=self._usage(made["usage"]))
        for block in made["output"]["message"]["content"]:
            answer.text += block.get("text", "")
            if "toolUse" in block:
                answer.calls.append((block["toolUse"]["name"], block["toolUse"]["input"]))
            if "reasoningContent" in block:
                answer.thoughts += block["reasoningContent"].get("reasoningText", {}).get("text", "")
        return answer

    def stream(self, model, tools=False):
        answer, calls = Answer(), {}
        for event in self.client.converse_stream(**self._arguments(model, tools))["stream"]:
            if "contentBlockStart" in event and "toolUse" in event["contentBlockStart"]["start"]:
                start = event["contentBlockStart"]
                calls[start["contentBlockIndex"]] = [start["start"]["toolUse"]["name"], ""]
            if "contentBlockDelta" in event:
                delta = event["contentBlockDelta"]["delta"]
                answer.text += delta.get("text", "")
                answer.thoughts += delta.get("reasoningContent", {}).get("text", "")
                if "toolUse" in delta:
                    calls[event["contentBlockDelta"]["contentBlockIndex"]][1] += delta["toolUse"]["input"]
            if "messageStop" in event:
                answer.finish = event["messageStop"]["stopReason"]
            if "metadata" in event:
                answer.usage = self._usage(event["metadata"]["usage"])
        answer.calls = [(name, json.loads(text)) for name, text in calls.values()]
        return answer

    @staticmethod
    def _usage(usage):
        cached = usage.get("cacheReadInputTokens", 0) + usage.get("cacheWriteInputTokens", 0)
        return (usage["inputTokens"] + cached, usage["outputTokens"])


class Cohere:
    def __init__(self, root, key):
        self.client = cohere.ClientV2(api_key=key, base_url=root, timeout=20, max_retries=0)

    def _arguments(self, model, tools):
        arguments = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        if tools:
            arguments["tools"] = [
                {"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in TOOLS.items()]
        return arguments

    def plain(self, model, tools=False):
        made = self.client.chat(**self._arguments(model, tools))
        answer = Answer(finish=made.finish_reason, usage=(made.usage.tokens.input_tokens, made.usage.tokens.output_tokens))
        answer.text = made.message.tool_plan or ""
        for part in made.message.content or []:
            if part.type == "text":
                answer.text += part.text
            elif part.type == "thinking":
                answer.thoughts += part.thinking
        answer.calls = [(call.function.name, parsed(call.function.arguments)) for call in made.message.tool_calls or []]
        return answer

    def stream(self, model, tools=False):
        answer, calls = Answer(), []
        for event in self.client.chat_stream(**self._arguments(model, tools)):
            if event.type == "content-delta":
                content = event.delta.message.content
                answer.text += getattr(content, "text", None) or ""
                answer.thoughts += getattr(content, "thinking", None) or ""
            elif event.type == "tool-plan-delta":
                answer.text += event.delta.message.tool_plan or ""
            elif event.type == "tool-call-start":
                function = event.delta.message.tool_calls.function
                calls.append([function.name, function.arguments or ""])
            elif event.type == "tool-call-delta":
                calls[-1][1] += event.delta.message.tool_calls.function.arguments or ""
            elif event.type == "message-end":
                answer.finish = event.delta.finish_reason
                tokens = event.delta.usage.tokens
                answer.usage = (tokens.input_tokens, tokens.output_tokens)
        answer.calls = [(name, parsed(text)) for name, text in calls]
        return answer


CLIENTS = {
    "openai-chat": OpenAIChat, "openai-responses": Responses, "anthropic": Anthropic, "gemini": Gemini,
    "bedrock-converse": Bedrock, "cohere": Cohere,
}
