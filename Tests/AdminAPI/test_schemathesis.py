"""What schemathesis finds by asking what no client of ours would ask."""

import os
import pathlib
import subprocess
import sys

from gateway import TOKEN

FOLDER = pathlib.Path(__file__).parent


def test_schemathesis_finds_nothing(client, tmp_path):
    fill(client)
    program = pathlib.Path(sys.executable).parent / "schemathesis"
    run = subprocess.run(
        [program, "--config-file", FOLDER / "schemathesis.toml", "run", client.address + "/api/v1/openapi.json",
         "--no-color"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path, env={**os.environ, "ADMIN_TOKEN": TOKEN})
    print(run.stdout)
    assert run.returncode == 0


def fill(client):
    """Something to read, so that answers have members to be wrong about."""
    for number in range(3):
        client("createKey", body={"consumer": "app", "note": f"{number}"}, status=201)
        client("createToken", body={"label": f"{number}", "role": "viewer"}, status=201)
    client("createUser", body={"name": "eve", "role": "viewer", "password": "correct horse"}, status=201)
    client("putSecret", "provider.x", body={"value": "hush"}, status=201)
    client("putLimits", body=[{"concurrent": 50}], headers={"if-match": client("getLimits")[1]["etag"]})
    client("putConsumer", "web", body={"team": "blue"}, headers={"if-none-match": "*"}, status=201)
