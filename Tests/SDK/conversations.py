"""Whole conversations with the official SDKs, each written as that SDK's users write them."""

import base64
import json

from google.genai import types

import clients
from clients import TOOLS

SYSTEM = "Be brief."
QUESTION = "What is the weather in Zürich, and how late is it?"
RESULTS = {"get_weather": "sunny, 21 °C", "get_time": '{"time":"12:00","offset":1e-9}'}
SCHEMA = {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"], "additionalProperties": False,
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5
PNG_TEXT = base64.b64encode(PNG).decode()


class OpenAIChat(clients.OpenAIChat):
    tools_ = [{"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in TOOLS.items()]

    def tools(self, model, stream=False):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
        for _ in range(2):
            if stream:
                with self.client.chat.completions.stream(model=model, messages=messages, tools=self.tools_) as events:
                    message = events.until_done().get_final_completion().choices[0].message
                # The helper's own members are not for the API.
                messages.append(message.model_dump(
                    include={"role": True, "content": True, "tool_calls": {
                        "__all__": {"id": True, "type": True, "function": {"name", "arguments"}}}},
                    exclude_none=True))
            else:
                made = self.client.chat.completions.create(model=model, messages=messages, tools=self.tools_)
                message = made.choices[0].message
                messages.append(message)
            for call in message.tool_calls or []:
                messages.append({"role": "tool", "tool_call_id": call.id, "content": RESULTS[call.function.name]})
        return message.content

    def again(self, model):
        messages = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            messages.append(self.client.chat.completions.create(model=model, messages=messages).choices[0].message)
            messages.append({"role": "user", "content": QUESTION})

    def image(self, model):
        content = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_TEXT}"}},
                   {"type": "text", "text": QUESTION}]
        made = self.client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
        return made.choices[0].message.content

    def structured(self, model):
        form = {"type": "json_schema", "json_schema": {"name": "trip", "schema": SCHEMA, "strict": True}}
        made = self.client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": QUESTION}], response_format=form)
        return made.choices[0].message.content

    def begin(self, model):
        stream = self.client.chat.completions.create(**self._arguments(model, False), stream=True)
        next(stream)
        return stream.close


class Responses(clients.Responses):
    tools_ = [{"type": "function", "name": name, "parameters": schema, "strict": False} for name, schema in TOOLS.items()]

    def tools(self, model, stream=False):
        items = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            arguments = {"model": model, "input": items, "tools": self.tools_, "instructions": SYSTEM}
            if stream:
                with self.client.responses.stream(**arguments) as events:
                    made = events.until_done().get_final_response()
            else:
                made = self.client.responses.create(**arguments)
            items += made.output
            for item in made.output:
                if item.type == "function_call":
                    items.append({"type": "function_call_output", "call_id": item.call_id, "output": RESULTS[item.name]})
        return made.output_text

    def again(self, model):
        items = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            items += self.client.responses.create(
                model=model, input=items, store=False, include=["reasoning.encrypted_content"]).output
            items.append({"role": "user", "content": QUESTION})

    def image(self, model):
        content = [{"type": "input_image", "image_url": f"data:image/png;base64,{PNG_TEXT}", "detail": "auto"},
                   {"type": "input_text", "text": QUESTION}]
        return self.client.responses.create(model=model, input=[{"role": "user", "content": content}]).output_text

    def structured(self, model):
        form = {"type": "json_schema", "name": "trip", "schema": SCHEMA, "strict": True}
        return self.client.responses.create(model=model, input=QUESTION, text={"format": form}).output_text

    def begin(self, model):
        stream = self.client.responses.create(**self._arguments(model, False), stream=True)
        next(stream)
        return stream.close

    def ended(self, model):
        """The type of the event that a broken stream ends with; the SDK raises for none."""
        return list(self.client.responses.create(**self._arguments(model, False), stream=True))[-1].type


class Anthropic(clients.Anthropic):
    tools_ = [{"name": name, "input_schema": schema} for name, schema in TOOLS.items()]

    def tools(self, model, stream=False):
        messages = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            arguments = {
                "model": model, "max_tokens": 100, "messages": messages, "tools": self.tools_, "system": SYSTEM}
            if stream:
                with self.client.messages.stream(**arguments) as events:
                    made = events.get_final_message()
            else:
                made = self.client.messages.create(**arguments)
            messages.append({"role": "assistant", "content": made.content})
            results = [
                {"type": "tool_result", "tool_use_id": block.id, "content": RESULTS[block.name]}
                for block in made.content if block.type == "tool_use"]
            messages.append({"role": "user", "content": results})
        return "".join(block.text for block in made.content if block.type == "text")

    def again(self, model):
        messages = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            made = self.client.messages.create(
                model=model, max_tokens=2000, messages=messages, thinking={"type": "enabled", "budget_tokens": 1024})
            messages += [{"role": "assistant", "content": made.content}, {"role": "user", "content": QUESTION}]

    def image(self, model):
        source = {"type": "base64", "media_type": "image/png", "data": PNG_TEXT}
        content = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]
        made = self.client.messages.create(
            model=model, max_tokens=100, messages=[{"role": "user", "content": content}])
        return made.content[0].text

    def structured(self, model):
        made = self.client.messages.create(
            model=model, max_tokens=100, messages=[{"role": "user", "content": QUESTION}],
            output_config={"format": {"type": "json_schema", "schema": SCHEMA}})
        return "".join(block.text for block in made.content if block.type == "text")

    def begin(self, model):
        stream = self.client.messages.create(**self._arguments(model, False), stream=True)
        next(stream)
        return stream.close


class Gemini(clients.Gemini):
    def tools(self, model, stream=False):
        contents = [types.Content(role="user", parts=[types.Part(text=QUESTION)])]
        config = self._config(True)
        config.system_instruction = SYSTEM
        for _ in range(2):
            if stream:
                parts = []
                for made in self.client.models.generate_content_stream(model=model, contents=contents, config=config):
                    parts += (made.candidates and made.candidates[0].content and made.candidates[0].content.parts) or []
                content = types.Content(role="model", parts=parts)
            else:
                made = self.client.models.generate_content(model=model, contents=contents, config=config)
                content = made.candidates[0].content
            contents.append(content)
            calls = [part.function_call for part in content.parts if part.function_call]
            contents.append(types.Content(role="user", parts=[
                types.Part(function_response=types.FunctionResponse(
                    id=call.id, name=call.name, response={"output": RESULTS[call.name]})) for call in calls]))
        return "".join(part.text or "" for part in content.parts)

    def again(self, model):
        contents = [types.Content(role="user", parts=[types.Part(text=QUESTION)])]
        for _ in range(2):
            contents.append(self.client.models.generate_content(model=model, contents=contents).candidates[0].content)
            contents.append(types.Content(role="user", parts=[types.Part(text=QUESTION)]))

    def image(self, model):
        return self.client.models.generate_content(
            model=model, contents=[types.Part.from_bytes(data=PNG, mime_type="image/png"), QUESTION]).text

    def structured(self, model):
        config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=SCHEMA)
        return self.client.models.generate_content(model=model, contents=QUESTION, config=config).text

    def begin(self, model):
        stream = self.client.models.generate_content_stream(model=model, contents="Hello")
        next(stream)

        def leave():
            # Closing the generator alone may leave the connection to the garbage collector.
            stream.close()
            self.client.close()
        return leave


class Bedrock(clients.Bedrock):
    def tools(self, model, stream=False):
        messages = [{"role": "user", "content": [{"text": QUESTION}]}]
        arguments = {**self._arguments(model, True), "system": [{"text": SYSTEM}]}
        for _ in range(2):
            arguments["messages"] = messages
            message = self._streamed(arguments) if stream else self.client.converse(**arguments)["output"]["message"]
            messages.append(message)
            calls = [block["toolUse"] for block in message["content"] if "toolUse" in block]
            messages.append({"role": "user", "content": [
                {"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": RESULTS[call["name"]]}]}}
                for call in calls]})
        return "".join(block.get("text", "") for block in message["content"])

    def _streamed(self, arguments):
        blocks = {}
        for event in self.client.converse_stream(**arguments)["stream"]:
            start, delta = event.get("contentBlockStart"), event.get("contentBlockDelta")
            if start and "toolUse" in start["start"]:
                blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
            if delta:
                block = blocks.setdefault(delta["contentBlockIndex"], {"text": ""})
                if "text" in delta["delta"]:
                    block["text"] += delta["delta"]["text"]
                elif "toolUse" in delta["delta"]:
                    block["toolUse"]["input"] += delta["delta"]["toolUse"]["input"]
                else:
                    self._think(block, delta["delta"]["reasoningContent"])
        for block in blocks.values():
            if "toolUse" in block:
                block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
        return {"role": "assistant", "content": [blocks[index] for index in sorted(blocks)]}

    @staticmethod
    def _think(block, piece):
        block.pop("text", None)
        if "redactedContent" in piece:
            block["reasoningContent"] = piece
            return
        thought = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
        for name, value in piece.items():
            thought[name] = thought.get(name, "") + value

    def again(self, model):
        messages = [{"role": "user", "content": [{"text": QUESTION}]}]
        for _ in range(2):
            messages.append(self.client.converse(modelId=model, messages=messages)["output"]["message"])
            messages.append({"role": "user", "content": [{"text": QUESTION}]})

    def image(self, model):
        content = [{"image": {"format": "png", "source": {"bytes": PNG}}}, {"text": QUESTION}]
        made = self.client.converse(modelId=model, messages=[{"role": "user", "content": content}])
        return made["output"]["message"]["content"][0]["text"]

    def structured(self, model):
        definition = {"schema": json.dumps(SCHEMA), "name": "trip"}
        made = self.client.converse(
            modelId=model, messages=[{"role": "user", "content": [{"text": QUESTION}]}],
            outputConfig={"textFormat": {"type": "json_schema", "structure": {"jsonSchema": definition}}})
        return made["output"]["message"]["content"][0]["text"]

    def begin(self, model):
        stream = self.client.converse_stream(**self._arguments(model, False))["stream"]
        next(iter(stream))
        return stream.close


class Cohere(clients.Cohere):
    tools_ = OpenAIChat.tools_

    def tools(self, model, stream=False):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
        for _ in range(2):
            if stream:
                message = self._streamed(model, messages)
            else:
                made = self.client.chat(model=model, messages=messages, tools=self.tools_).message
                message = {"role": "assistant", "tool_plan": made.tool_plan, "tool_calls": made.tool_calls}
                message["content"] = [part for part in made.content or []] or None
                message = {name: value for name, value in message.items() if value}
            messages.append(message)
            for call in message.get("tool_calls", []):
                function = call["function"] if isinstance(call, dict) else call.function
                name = function["name"] if isinstance(function, dict) else function.name
                messages.append({
                    "role": "tool", "tool_call_id": call["id"] if isinstance(call, dict) else call.id,
                    "content": [{"type": "document", "document": {"data": {"said": RESULTS[name]}}}]})
        return "".join(part["text"] if isinstance(part, dict) else part.text for part in message["content"])

    def _streamed(self, model, messages):
        content, plan, calls = "", "", []
        for event in self.client.chat_stream(model=model, messages=messages, tools=self.tools_):
            if event.type == "content-delta":
                content += event.delta.message.content.text
            elif event.type == "tool-plan-delta":
                plan += event.delta.message.tool_plan
            elif event.type == "tool-call-start":
                call = event.delta.message.tool_calls
                calls.append({"id": call.id, "type": "function", "function": {
                    "name": call.function.name, "arguments": call.function.arguments or ""}})
            elif event.type == "tool-call-delta":
                calls[-1]["function"]["arguments"] += event.delta.message.tool_calls.function.arguments
        message = {"role": "assistant", "tool_plan": plan, "tool_calls": calls}
        message["content"] = [{"type": "text", "text": content}] if content else None
        return {name: value for name, value in message.items() if value}

    def image(self, model):
        content = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_TEXT}"}},
                   {"type": "text", "text": QUESTION}]
        return self.client.chat(model=model, messages=[{"role": "user", "content": content}]).message.content[0].text

    def structured(self, model):
        made = self.client.chat(
            model=model, messages=[{"role": "user", "content": QUESTION}],
            response_format={"type": "json_object", "json_schema": SCHEMA})
        return made.message.content[0].text

    def begin(self, model):
        stream = self.client.chat_stream(**self._arguments(model, False))
        next(stream)
        return stream.close

    def ended(self, model):
        """A broken stream, whose end says so; the SDK raises for none."""
        answer = clients.Answer()
        for event in self.client.chat_stream(**self._arguments(model, False)):
            if event.type == "content-delta":
                answer.text += event.delta.message.content.text
            elif event.type == "message-end":
                answer.finish = event.delta.finish_reason
        return answer


CONVERSATIONS = {
    "openai-chat": OpenAIChat, "openai-responses": Responses, "anthropic": Anthropic, "gemini": Gemini,
    "bedrock-converse": Bedrock, "cohere": Cohere,
}
