"""The program under test, as its own process."""

import os
import re
import signal
import subprocess
import tempfile
import time


class Gateway:
    """A running gateway with free ports and a directory of its own."""

    def __init__(self, configuration=None, environment=None):
        self._directory = tempfile.TemporaryDirectory(prefix="sluice-sdk-")
        place = self._directory.name
        self._log_path = os.path.join(place, "stderr")
        self._output_path = os.path.join(place, "stdout")
        arguments = [os.environ["SLUICE"], "serve", "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        if configuration is not None:
            path = os.path.join(place, "sluice.yaml")
            with open(path, "w") as file:
                file.write(configuration)
            arguments += ["--config", path]
        else:
            arguments += ["--data", place]
        variables = {"PATH": os.environ["PATH"], "HOME": place, **(environment or {})}
        with open(self._log_path, "wb") as log, open(self._output_path, "wb") as output:
            self._process = subprocess.Popen(
                arguments, cwd=place, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=log
            )
        try:
            self.port = self._listening("gateway")
            self.admin_port = self._listening("admin")
        except BaseException:
            self.stop()
            raise

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def said(self):
        """Everything that it has printed."""
        texts = []
        for path in (self._output_path, self._log_path):
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return "\n".join(texts)

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self._directory.cleanup()

    def _listening(self, plane):
        deadline = time.monotonic() + 30
        pattern = re.compile(rf"listening.*\baddress=\S+:(\d+).*\bplane={plane}\b|listening.*\bplane={plane}\b.*\baddress=\S+:(\d+)")
        while time.monotonic() < deadline:
            found = pattern.search(self.said)
            if found:
                return int(found.group(1) or found.group(2))
            if self._process.poll() is not None:
                raise RuntimeError(f"the gateway ended with {self._process.returncode}:\n{self.said}")
            time.sleep(0.01)
        raise TimeoutError(f"the {plane} plane does not listen:\n{self.said}")
