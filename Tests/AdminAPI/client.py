"""A client that knows no path: it calls operations of the OpenAPI document, and holds every answer against it."""

import urllib.parse

import jsonschema
import requests

METHODS = ("get", "put", "post", "patch", "delete")


class Client:
    def __init__(self, address):
        self.address = address
        self.document = requests.get(address + "/api/v1/openapi.json", timeout=30).json()
        self.operations = {
            item[method]["operationId"]: (method, path, item[method])
            for path, item in self.document["paths"].items() for method in METHODS if method in item
        }
        self.headers = {}
        self.done = set()

    def __call__(self, operation, *names, status=200, query=None, body=None, headers=None):
        """→ the answer's value and headers. `names` fill the path in its order."""
        method, path, description = self.operations[operation]
        names = iter(names)
        path = "/".join(urllib.parse.quote(str(next(names)), safe="") if part.startswith("{") else part for part in path.split("/"))
        answer = requests.request(
            method, self.address + path, params=query, json=body, headers={**self.headers, **(headers or {})}, timeout=60)
        assert answer.status_code == status, f"{operation}: {answer.status_code} {answer.text}"
        value = self.check(operation, description, answer)
        if status < 300:
            self.done.add(operation)
        return value, answer.headers

    def check(self, operation, description, answer):
        """What was answered is what the document says of this status."""
        described = self.resolved(description["responses"][str(answer.status_code)])
        for name, header in described.get("headers", {}).items():
            assert name in answer.headers or not header["required"], f"{operation}: no header {name}"
        content = described.get("content")
        if not content:
            assert not answer.content, f"{operation}: {answer.text}"
            return None
        kind = answer.headers["content-type"].split(";")[0]
        assert kind in content, f"{operation}: {kind}"
        value = answer.json() if kind.endswith("json") else answer.text
        # References are to components, from the root of the schema.
        schema = {**content[kind]["schema"], "components": self.document["components"]}
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        faults = [f"{fault.json_path}: {fault.message[:300]}" for fault in validator.iter_errors(value)]
        assert not faults, f"{operation}: {faults}"
        return value

    def resolved(self, value):
        if "$ref" not in value:
            return value
        found = self.document
        for name in value["$ref"].split("/")[1:]:
            found = found[name]
        return found
