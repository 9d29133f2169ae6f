#!/usr/bin/env python3
"""Writes the stream fixtures of this folder: binary frames of application/vnd.amazon.eventstream, in hex, a frame a line.

Payloads stand here as the service sends them: sorted members, and padding `p` in events of the answer.
"""
import os
import struct
import zlib

PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FOLDER = os.path.dirname(os.path.abspath(__file__))


def header(name, value):
    name, value = name.encode(), value.encode()
    return bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value


def frame(kind, name, payload):
    names = {"event": ":event-type", "exception": ":exception-type"}
    headers = header(names[kind], name) + header(":content-type", "application/json") + header(":message-type", kind)
    payload = payload.encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def event(name, payload):
    pad = PADDING[: 3 + len(payload) % 29]
    return frame("event", name, payload[:-1] + ',"p":"' + pad + '"}')


def start():
    return event("messageStart", '{"role":"assistant"}')


def delta(index, value):
    return event("contentBlockDelta", '{"contentBlockIndex":%d,"delta":%s}' % (index, value))


def text(index, *pieces):
    return [delta(index, '{"text":"%s"}' % piece) for piece in pieces] + [stop_block(index)]


def call(index, identifier, name, *pieces):
    begin = event(
        "contentBlockStart",
        '{"contentBlockIndex":%d,"start":{"toolUse":{"name":"%s","toolUseId":"%s"}}}' % (index, name, identifier),
    )
    return [begin] + [delta(index, '{"toolUse":{"input":"%s"}}' % piece) for piece in pieces] + [stop_block(index)]


def stop_block(index):
    return event("contentBlockStop", '{"contentBlockIndex":%d}' % index)


def end(reason, usage):
    return [
        event("messageStop", '{"stopReason":"%s"}' % reason),
        event("metadata", '{"metrics":{"latencyMs":421},"usage":{%s}}' % usage),
    ]


HELLO = ["Hello, W", "\\u00f6rld! \\ud83d\\ude00", "\\n", "It's \\\"quo", "ted\\\"."]
STREAMS = {
    "text": [start(), *text(0, *HELLO)] + end(
        "end_turn",
        '"cacheReadInputTokens":4,"cacheWriteInputTokens":0,"inputTokens":8,"outputTokens":9,"totalTokens":21',
    ),
    "tools": [
        start(),
        *text(0, "Let me", " look."),
        *call(1, "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "get_weather", "", '{\\"city\\":\\"Z', 'ürich\\",', '\\"days\\":2}'),
        *call(2, "tooluse_9aB1cD2eF3gH4iJ5kL6mN7", "get_time", '{\\"tz\\":\\"Europe/Zurich\\"', ',\\"precise\\":1e', "-9}"),
    ] + end("tool_use", '"inputTokens":50,"outputTokens":30,"totalTokens":80'),
    "thinking": [
        start(),
        delta(0, '{"reasoningContent":{"text":"The user"}}'),
        delta(0, '{"reasoningContent":{"text":" greets me."}}'),
        delta(0, '{"reasoningContent":{"signature":"c2lnbmF0dXJl"}}'),
        stop_block(0),
        *text(1, "Hi", "!"),
    ] + end("end_turn", '"inputTokens":20,"outputTokens":15,"totalTokens":35'),
    "length": [start(), *text(0, "Once", " upon", " a")]
    + end("max_tokens", '"inputTokens":5,"outputTokens":3,"totalTokens":8'),
    "filtered": [start(), *text(0, "Sorry.")]
    + end("guardrail_intervened", '"inputTokens":7,"outputTokens":1,"totalTokens":8'),
    "error": [
        start(),
        delta(0, '{"text":"Hello, W"}'),
        frame(
            "exception",
            "serviceUnavailableException",
            '{"message":"The service is overloaded. Try your request again later."}',
        ),
    ],
}

for name, frames in STREAMS.items():
    with open(os.path.join(FOLDER, name + ".stream.txt"), "w") as file:
        for data in frames:
            file.write(data.hex() + "\n")
