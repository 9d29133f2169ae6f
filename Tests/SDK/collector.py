"""A collector of traces: takes OTLP/HTTP with the messages of the OpenTelemetry project."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Collector:
    """Listens on a thread of its own and keeps every span, with the attributes of its resource."""

    def __init__(self):
        self.requests = []
        # What it says to the next requests: (status, headers, ExportTraceServiceResponse).
        self.answers = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.requests.append((self.path, dict(self.headers.items()), body))
                status, headers, message = (
                    collector.answers.pop(0) if collector.answers else (200, {}, ExportTraceServiceResponse())
                )
                answer = message.SerializeToString()
                self.send_response(status)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(answer)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def spans(self):
        """(span, attributes, attributes of its resource), as they came."""
        found = []
        for _, _, body in list(self.requests):
            request = ExportTraceServiceRequest.FromString(body)
            for group in request.resource_spans:
                for scope in group.scope_spans:
                    found += [(span, attributes(span), attributes(group.resource)) for span in scope.spans]
        return found

    def wait(self, count, service=None):
        """The spans, once there are so many."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            spans = [span for span in self.spans if service in (None, span[2]["service.name"])]
            if len(spans) >= count:
                return spans
            time.sleep(0.01)
        raise TimeoutError(f"{len(self.spans)} spans of {count}")

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def attributes(holder):
    """Of a span or a resource, as plain values."""
    found = {}
    for pair in holder.attributes:
        [(kind, value)] = MessageToDict(pair.value).items()
        if kind == "arrayValue":
            value = [next(iter(item.values())) for item in value["values"]]
        found[pair.key] = int(value) if kind == "intValue" else value
    assert len(found) == len(holder.attributes), "an attribute is there twice"
    return found
