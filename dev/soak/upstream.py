"""Two providers in one process, which behave as each request asks. Prints their ports and serves until it is killed.

A request names its fault in `soak.fault` and its nonce in `soak.nonce`. Faults of the first provider are meant to be hidden by
the second one; those in EVERYWHERE happen at both.
"""

import asyncio
import json
import re
import socket
import struct
import sys

EVERYWHERE = {"refused", "cut-after-content", "all-fail", "leave"}
NONCE = re.compile(rb'"nonce":"([0-9a-z-]+)","fault":"([a-z0-9-]*)"')
REVISION = re.compile(rb'"x_revision":\s*(\d+)')
HEAD = b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def answer(status, body):
    return HEAD % (status, len(body), body)


def completion(nonce, revision):
    return answer(200, b'{"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":'
        b'{"role":"assistant","content":"%s"},"finish_reason":"stop"}],"x_revision":%s,'
        b'"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}' % (nonce, revision))


def error(message):
    return b'{"error":{"message":"%s","type":"x","param":null,"code":null}}' % message


def chunk(data):
    event = b"data: %s\n\n" % data
    return b"%x\r\n%s\r\n" % (len(event), event)


def delta(text, finish=b"null"):
    return chunk(b'{"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":'
        b'{%s},"finish_reason":%s}]}' % (text, finish))


ROLE = delta(b'"role":"assistant","content":""')
FINISH = delta(b"", b'"stop"')
DONE = chunk(b"[DONE]") + b"0\r\n\r\n"


def content(text):
    return delta(b'"content":"%s"' % text)


class Provider(asyncio.Protocol):
    """One connection of one provider."""

    def __init__(self, is_first):
        self.is_first = is_first
        self.buffer = b""
        self.count = 0

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15:].split(b"\r\n", 1)[0])
            total = end + 4 + length
            if len(self.buffer) < total:
                return
            body, self.buffer = self.buffer[end + 4:total], self.buffer[total:]
            self.count += 1
            self.handle(body)
            if self.transport.is_closing():
                return

    def handle(self, body):
        found = NONCE.search(body)
        nonce, fault = (found.group(1), found.group(2).decode()) if found else (b"?", "")
        revision = REVISION.search(body)
        if not self.is_first and fault not in EVERYWHERE:
            fault = ""
        (self.stream if b'"stream":true' in body else self.plain)(nonce, fault, revision.group(1) if revision else b"null")
        # As providers do with connections that they are tired of, without announcing it.
        if self.count == 300:
            self.transport.close()

    def plain(self, nonce, fault, revision):
        write = self.transport.write
        match fault:
            case "":
                write(completion(nonce, revision))
            case "refused":
                write(answer(400, error(b"refused " + nonce)))
            case "all-fail":
                write(answer(503, error(b"failed " + nonce)))
            case "error-500":
                write(answer(500, error(b"broken")))
            case "rate-limit":
                write(answer(429, error(b"slow down")))
            case "error-in-200":
                write(answer(200, error(b"overloaded")))
            case "garbage":
                write(b"\x00\x01nonsense\r\n\r\n")
                self.transport.close()
            case "cut":
                write(HEAD[:-2] % (200, 500) + b'{"choices":[')
                self.transport.close()
            case "close":
                self.transport.close()
            case _:
                self.reset()

    def stream(self, nonce, fault, revision):
        write = self.transport.write
        whole = STREAM + ROLE + content(nonce[:4]) + content(nonce[4:]) + FINISH + DONE
        match fault:
            case "":
                write(whole)
            case "slow":
                self.pieces([STREAM + ROLE, content(nonce[:4]), content(nonce[4:]), FINISH, DONE])
            case "leave":
                # The client goes away after the first content.
                write(STREAM + ROLE + content(nonce))
            case "cut-after-content":
                write(STREAM + ROLE + content(nonce[:4]))
                asyncio.get_running_loop().call_soon(self.transport.close)
            case "error-500":
                write(answer(500, error(b"broken")))
            case "error-in-200":
                write(STREAM + chunk(error(b"overloaded")) + b"0\r\n\r\n")
            case "cut":
                write(STREAM + ROLE + b"ff\r\ndata: {")
                self.transport.close()
            case _:
                self.reset()

    def pieces(self, rest):
        """Writes one piece at each turn of the loop."""
        if self.transport.is_closing():
            return
        self.transport.write(rest[0])
        if len(rest) > 1:
            asyncio.get_running_loop().call_later(0.001, self.pieces, rest[1:])

    def reset(self):
        linger = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


async def serve():
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda first=first: Provider(first), "127.0.0.1", 0, backlog=512) for first in (True, False)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)
