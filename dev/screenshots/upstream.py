"""A provider that answers as models do: with a few words at a time. What is below /unwell/ fails now and then."""

import http.server
import itertools
import json
import threading
import time

ANSWERS = {
    "deepseek": "A sluice is a gate that lets through as much water as the field behind it can take. "
                "An AI gateway does the same for calls: it decides who may send how much, and where it goes.",
    "qwen": "Think of a lock on a canal: boats of every size come in on one side, and leave by the way that is open. "
            "Sluice does that for requests to language models.",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    counter = itertools.count()

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "/unwell/" in self.path and next(self.counter) % 4:
            return self.whole(503, {"error": {"message": "overloaded", "type": "server_error"}})
        words = next((text for name, text in ANSWERS.items() if name in asked["model"]), ANSWERS["qwen"]).split(" ")
        usage = {"prompt_tokens": 46, "completion_tokens": len(words) * 3 // 2, "total_tokens": 46 + len(words) * 3 // 2}
        time.sleep(0.12)
        if not asked.get("stream"):
            message = {"role": "assistant", "content": " ".join(words)}
            return self.whole(200, {"id": "c-1", "object": "chat.completion", "created": 1, "model": asked["model"],
                                    "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage})
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for word in words:
            self.event(asked, [{"index": 0, "delta": {"content": word + " "}, "finish_reason": None}])
            time.sleep(0.015)
        self.event(asked, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        self.event(asked, [], usage=usage)
        self.piece(b"data: [DONE]\n\n")
        self.piece(b"")

    def event(self, asked, choices, **more):
        value = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"], "choices": choices, **more}
        self.piece(f"data: {json.dumps(value)}\n\n".encode())

    def piece(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def whole(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def started():
    """→ its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
