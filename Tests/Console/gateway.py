"""The program itself, started on free ports with an empty directory, and filled over the admin API like the mock."""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import mock_data

# Beside the administrator. A password takes its time, so they are made where they are needed.
USERS = {"viewer": {"role": "viewer", "team": None}, "lin": {"role": "team-administrator", "team": "apps"}}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Api:
    """Calls with one session."""

    def __init__(self, address):
        self.address, self.cookie, self.csrf = address + "api/v1/", "", ""

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.address + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("content-type", "application/json")
        request.add_header("cookie", self.cookie)
        request.add_header("x-sluice-csrf", self.csrf)
        with urllib.request.urlopen(request, timeout=20) as answer:
            if answer.headers["set-cookie"]:
                self.cookie = answer.headers["set-cookie"].split(";")[0]
            value = json.loads(answer.read() or b"null")
        self.csrf = (value or {}).get("csrf", self.csrf)
        return value


def started(program, password, hostile=False, is_empty=False, needs_set_up=False, settings=""):
    """→ what ends it, the console's address, the gateway's, and what makes one of its `USERS`."""
    folder = tempfile.mkdtemp(prefix="sluice-console-")
    admin, port = free_port(), free_port()
    file = pathlib.Path(folder, "sluice.yaml")
    openai = "providers:\n  openai: { kind: openai, url: \"http://127.0.0.1:9/v1\" }\nmodels:\n  gpt-4o: { targets: [openai/gpt-4o] }\n"
    file.write_text(settings + ("providers: {}\n" if is_empty else openai))
    log = open(pathlib.Path(folder, "log"), "wb")
    process = subprocess.Popen([program, "serve", "--config", str(file), "--gateway", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}", "--data", folder],
                               stdout=log, stderr=log, cwd=folder)
    address = f"http://127.0.0.1:{admin}/"

    def end():
        process.terminate()
        try:
            # Longer than a drain.
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)

    try:
        api = Api(address)
        deadline = time.monotonic() + 30
        while True:
            try:
                state = api.call("GET", "setup")
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError(pathlib.Path(folder, "log").read_text()[-4000:])
                time.sleep(0.1)
        if not needs_set_up and state["needed"]:
            api.call("POST", "setup", {"name": "admin", "password": password})
        if not needs_set_up and not is_empty:
            fill(api, hostile)
    except BaseException:
        end()
        raise
    return end, address, f"http://127.0.0.1:{port}", lambda name: api.call("POST", "users", {"name": name, **USERS[name], "password": password})


def fill(api, hostile):
    """The objects of the mock that are not in the file, without the sealed keys."""
    changes = []
    for source, collection, name, value in mock_data.objects(hostile):
        if source == "database":
            changes.append({"op": "put", "collection": collection, "name": name, "etag": None,
                            "value": {key: part for key, part in value.items() if not (collection == "providers" and key == "keys")}})
    api.call("POST", "changes", {"changes": changes, "note": "sample"})
    for consumer in ("data-science", mock_data.HOSTILE if hostile else "mobile-app"):
        api.call("POST", "keys", {"consumer": consumer, "note": "notebooks"})
