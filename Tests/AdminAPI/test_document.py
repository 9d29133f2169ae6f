"""The document by itself."""

import os
import pathlib

import requests
from openapi_spec_validator import validate

from gateway import PASSWORD


def test_the_document_is_openapi_3_1(client):
    assert client.document["openapi"].startswith("3.1")
    validate(client.document)


def test_it_needs_no_sign_in(client):
    assert requests.get(client.address + "/api/v1/openapi.json", timeout=30).status_code == 200


def test_everything_else_that_is_not_called_open_asks_who_it_is(client):
    client.headers = {}
    for operation, (_, path, description) in client.operations.items():
        if description["security"]:
            answer, headers = client(operation, *["1"] * path.count("{"), status=401)
            if path.startswith("/api/"):
                assert answer["code"] == "not_signed_in", operation
                assert headers["www-authenticate"] == "Bearer", operation


def test_roles_may_what_the_document_says(client):
    permissions = {
        "viewer": {"read"}, "operator": {"read", "write", "keys"}, "team-administrator": {"read", "keys", "conversations"}}
    for role, may in permissions.items():
        team = {"team": "blue"} if role == "team-administrator" else {}
        made, _ = client("createToken", body={"label": role, "role": role, **team}, status=201)
        headers = {"authorization": f"Bearer {made['token']}"}
        for operation, (method, path, description) in client.operations.items():
            words = description.get("description", "")
            needed = words.split("`")[1] if words.startswith("Needs the permission") else None
            isRefused = needed and (needed not in may or team and "not bound to a team" in words)
            url = client.address + path.replace("{", "").replace("}", "")
            answer = requests.request(method, url, headers=headers, timeout=30)
            assert (answer.status_code == 403 and "not_permitted" in answer.text) == bool(isRefused) or (
                operation in ("changePassword", "createKey")), f"{role} {operation} {answer.status_code} {answer.text}"


def test_the_password_of_the_first_administrator_signs_in(client):
    client.headers = {}
    client("signIn", body={"name": "admin", "password": PASSWORD})


def test_the_page_of_the_api_lists_every_operation(client):
    page = pathlib.Path(__file__).resolve().parents[2] / "docs" / "admin-api.md"
    text = page.read_text()
    head, _, rest = text.partition("<!-- operations -->\n")
    _, end, tail = rest.partition("<!-- end of operations -->")
    assert end, "docs/admin-api.md has lost its markers"
    lines = ["| request | what it does | name | who may |", "|---|---|---|---|"]
    for operation, (method, path, description) in client.operations.items():
        words = description.get("description", "")
        who = "everybody" if not description["security"] else "whoever has signed in"
        if words.startswith("Needs the permission"):
            who = words.split("`")[1] + (", of all teams" if "not bound to a team" in words else "")
        lines.append(f"| `{method.upper()} {path}` | {description['summary']} | `{operation}` | {who} |")
    current = head + "<!-- operations -->\n" + "\n".join(lines) + "\n" + end + tail
    if os.environ.get("SLUICE_WRITE_DOCS") == "1":
        page.write_text(current)
    assert page.read_text() == current, "run: SLUICE_WRITE_DOCS=1 Tests/AdminAPI/run test_document.py"
