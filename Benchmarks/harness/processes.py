"""Starting, awaiting and ending the processes of a run, each by its own id."""

import json
import os
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """A measurement that could not be made; its text is the reason that the report gives."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Child:
    """A process pinned to one core, with its output in files."""

    def __init__(self, command, core, directory, name, environment=None):
        self.name = name
        self.errors = directory / f"{name}.err"
        self.output = directory / f"{name}.out"
        # Appending: the access log is emptied between measurements.
        with open(self.output, "ab") as output, open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, cwd=directory,
                env={**os.environ, **(environment or {})}, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        self.pid = self.process.pid

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tail(self):
        with open(self.errors, errors="replace") as errors:
            return " | ".join(errors.read().strip().splitlines()[-5:])


def request(port, body, key, timeout=2.0):
    """One chat completion on a connection of its own; the status, or None when there was no answer."""
    message = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
            connection.sendall(message.encode())
            answer = connection.recv(65536)
            return int(answer[9:12]) if len(answer) > 12 else None
    except (OSError, ValueError):
        return None


def await_answer(child, port, body, key, patience, pause=0.001):
    """Seconds until the first answer with status 200."""
    start = time.monotonic()
    status = None
    while time.monotonic() - start < patience:
        status = request(port, body, key, timeout=patience)
        if status == 200:
            return time.monotonic() - start
        if child.process.poll() is not None:
            raise Failure(f"{child.name} ended with {child.process.returncode}: {child.tail()}")
        time.sleep(pause)
    raise Failure(f"{child.name} did not answer with 200 within {patience} s (last: {status}): {child.tail()}")


def load(binary, core, port, **options):
    """Runs the load generator to its end; its JSON."""
    command = [str(binary), "--port", str(port)]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    result = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    if result.returncode not in (0, 1):
        raise Failure(result.stderr.strip() or f"bench-load ended with {result.returncode}")
    return json.loads(result.stdout)
