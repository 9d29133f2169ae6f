"""How long a change of the configuration takes to reach all of three nodes: spread.py [--changes N]. Needs PostgreSQL and Redis."""

import argparse
import glob
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

from gateway import Program


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres(place):
    """A server of its own. → (its process, its port)"""
    bin = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
    user = "postgres" if os.geteuid() == 0 else None
    data, port = os.path.join(place, "data"), free_port()
    if user:
        shutil.chown(place, user)
        os.chmod(place, 0o755)
    subprocess.run([f"{bin}/initdb", "-D", data, "-A", "trust", "-U", "sluice", "-E", "UTF8"], user=user, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        [f"{bin}/postgres", "-D", data, "-p", str(port), "-c", f"unix_socket_directories={place}", "-c", "listen_addresses=127.0.0.1"],
        user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while subprocess.run([f"{bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode:
        time.sleep(0.05)
    return process, port


def request(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {"content-type": "application/json"} if body else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def measure(nodes, changes):
    """Seconds from the request that changes something until each of the nodes answers by it."""
    taken = []
    for number in range(changes):
        name, at = f"m{number}", nodes[number % len(nodes)]
        began = time.monotonic()
        status, text = request(at.admin, "PUT", f"/api/v1/models/{name}", '{"targets":["e/echo"]}')
        if status != 201:
            raise SystemExit(f"the change was refused with {status}: {text}")
        waiting = list(nodes)
        while waiting:
            waiting = [node for node in waiting if request(node.port, "GET", f"/v1/models/{name}")[0] != 200]
            if time.monotonic() - began > 10:
                raise SystemExit("a change did not arrive within 10 s")
        taken.append(time.monotonic() - began)
    return sorted(taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=60)
    changes = parser.parse_args().changes
    os.environ.setdefault("SLUICE", os.path.abspath("../../.build/release/sluice"))
    with tempfile.TemporaryDirectory(prefix="sluice-spread-") as place:
        processes, nodes = [], []
        try:
            home = os.path.join(place, "postgres")
            os.mkdir(home)
            os.chmod(place, 0o755)
            server, port = postgres(home)
            processes.append(server)
            redis = free_port()
            processes.append(subprocess.Popen(["redis-server", "--port", str(redis), "--save", ""], stdout=subprocess.DEVNULL))
            text = json.dumps({
                "storage": {
                    "database": f"postgres://sluice@127.0.0.1:{port}/postgres", "shared": f"redis://127.0.0.1:{redis}",
                    "pepper": "file:pepper"},
                "providers": {"e": {"kind": "echo"}}})
            for number in range(3):
                directory = os.path.join(place, f"node{number}")
                os.mkdir(directory)
                with open(os.path.join(directory, "pepper"), "w") as file:
                    file.write("5a" * 32)
                nodes.append(Program(directory, text))
                nodes[-1].start()
            taken = measure(nodes, changes)
        finally:
            for process in [node.process for node in nodes] + processes[::-1]:
                process.terminate()
                process.wait(20)
    at = lambda share: taken[min(len(taken) - 1, int(len(taken) * share))] * 1000
    print(f"{changes} changes reached all 3 nodes after {at(0.5):.0f} ms at the median, {at(0.95):.0f} ms at the 95th percentile, {at(1):.0f} ms at most")


if __name__ == "__main__":
    main()
