#!/usr/bin/env python3
"""A stand-in for the admin plane: serves the console's files and answers the admin API from memory.

    mock.py [--port 8900] [--hostile] [--empty] [--set-up]

--hostile puts markup into every name, --empty begins without objects, --set-up without an administrator.
The user is `admin` with the password `correct horse`; `viewer` with the same password may read only.
"""

import argparse
import http.server
import json
import mimetypes
import pathlib
import urllib.parse

import mock_routes
from mock_state import Refusal

FILES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CConsole" / "files"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
          "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api = None

    def log_message(self, *values):
        pass

    def answer_file(self, path):
        name = urllib.parse.unquote(path.lstrip("/")) or "index.html"
        file = (FILES / name).resolve()
        if not file.is_relative_to(FILES) or not file.is_file():
            return self.write(404, b"not found", {"content-type": "text/plain"})
        kind = {".js": "text/javascript"}.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.write(200, file.read_bytes(), {"content-type": f"{kind}; charset=utf-8", "content-security-policy": POLICY,
                                            "x-content-type-options": "nosniff", "cache-control": "no-cache"})

    def write(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        address = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else b""
        if not address.path.startswith("/api/v1"):
            return self.answer_file(address.path)
        try:
            value = json.loads(body) if body else None
            query = dict(urllib.parse.parse_qsl(address.query))
            parts = [urllib.parse.unquote(part) for part in address.path.split("/")[3:]]
            answer = self.api.answer(self.command, parts, query, value, self.headers)
            if answer.get("stream"):
                return self.stream(answer)
            headers = {"content-type": "application/json", **answer.get("headers", {})}
            data = answer.get("text", "").encode() if "text" in answer else json.dumps(answer.get("json"), ensure_ascii=False).encode()
            self.write(answer.get("status", 200), data, headers)
        except Exception as error:  # A fault of the mock is an answer, too: the console shows it.
            refusal = error if isinstance(error, Refusal) else Refusal(500, "internal_error", repr(error))
            problem = {"type": "about:blank", "title": refusal.code, "status": refusal.status, "code": refusal.code,
                       "detail": refusal.detail, **refusal.extra}
            if refusal.pointer is not None:
                problem["pointer"] = refusal.pointer
            if refusal.problems is not None:
                problem["problems"] = refusal.problems
            self.write(refusal.status, json.dumps(problem).encode(), {"content-type": "application/problem+json"})

    def stream(self, answer):
        self.send_response(answer.get("status", 200))
        for name, value in {**answer["headers"], "transfer-encoding": "chunked"}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in answer["stream"]:
                data = piece.encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


def serve(port=0, **options):
    """A running mock on a free port. → the server; its address is `server.server_address`."""
    handler = type("BoundHandler", (Handler,), {"api": mock_routes.Api(**options)})
    return Server(("127.0.0.1", port), handler)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8900)
    for name in ("hostile", "empty", "set-up"):
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    server = serve(options.port, hostile=options.hostile, is_empty=options.empty, needs_set_up=options.set_up)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
