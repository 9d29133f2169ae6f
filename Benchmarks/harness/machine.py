"""What the kernel says of this machine and of a process."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path


def cores():
    """Gateway, load generator and upstream: a core each, or the last two together on a machine of two."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        raise SystemExit("bench: two cores are needed, one for the gateway and one for the rest")
    return {"gateway": available[0], "load": available[1], "upstream": available[2 if len(available) > 2 else 1]}


def tree(pid):
    """The process and all its descendants."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        found.append(queue.pop())
        queue.extend(children.get(found[-1], []))
    return found


def cpu_seconds(pid):
    """User and system time of a process tree: of each thread in nanoseconds where the kernel tells, else in ticks."""
    total = 0.0
    for process in tree(pid):
        try:
            tasks = [int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{process}/task").iterdir()]
            total += sum(tasks) / 1e9
        except (OSError, IndexError, ValueError):
            try:
                fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            except OSError:
                pass
    return total


def memory(pid, field="VmRSS"):
    """Bytes of `VmRSS` (now) or `VmHWM` (peak) of a process tree."""
    total = 0
    for process in tree(pid):
        try:
            match = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
            total += int(match.group(1)) * 1024 if match else 0
        except OSError:
            pass
    return total


def reset_peak(pid):
    """Sets `VmHWM` back to what is resident now."""
    for process in tree(pid):
        Path(f"/proc/{process}/clear_refs").write_text("5")


def busy_share(seconds=1.0):
    """How much of all cores is in use by others: figures of a busy machine mean little."""
    def sample():
        values = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(values), values[3] + values[4]
    before = sample()
    time.sleep(seconds)
    after = sample()
    return 1 - (after[1] - before[1]) / max(1, after[0] - before[0])


def version(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    lines = (result.stdout + result.stderr).strip().splitlines()
    return lines[0] if lines else None


def describe():
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.*)$", cpuinfo, re.MULTILINE)
    release = re.search(r'^PRETTY_NAME="(.*)"$', Path("/etc/os-release").read_text(), re.MULTILINE)
    return {
        "cpu": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": platform.release().split("-")[0],
        "system": release.group(1) if release else platform.system(),
        "swift": version("swift", "--version"),
        "nginx": version("nginx", "-v"),
        "haproxy": version("haproxy", "-v"),
    }
