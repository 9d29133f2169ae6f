"""The limits that the project holds itself to, and the page that shows them beside the figures."""

import json

BEGIN = "<!-- figures: written by make bench -->"
END = "<!-- end of figures -->"


def number(value, digits=1):
    return f"{value:,.{digits}f}"


def limits(results):
    """Rows of (what, figure, limit, passed). `passed` is None where nothing was measured; the figure then says why."""
    gateways = results["gateways"]
    ours, nginx = gateways.get("sluice", {}), gateways.get("nginx", {})
    rows = []

    def row(what, limit, measure):
        try:
            figure, passed = measure()
        except (KeyError, TypeError):
            reason = next(iter(ours.get("missing", {}).values()), "not measured")
            figure, passed = reason, None
        rows.append((what, figure, limit, passed))

    def ratio(section, key, bound, ours=ours):
        value = ours[section][key] / nginx[section][key]
        median = ours[section]["medians"][key] / nginx[section]["medians"][key]
        return f"{value:.2f} × (of medians {median:.2f} ×)", value <= bound

    def at_most(value, bound, unit, digits=1):
        return f"{number(value, digits)} {unit}".strip(), value <= bound

    row("CPU of a plain request, beside nginx", "1.8 × (goal 1.5 ×)", lambda: ratio("plain", "cpu_us", 1.8))
    row("The same with an issued key, five limits and the ledger", "1.8 ×",
        lambda: ratio("plain", "cpu_us", 1.8, gateways["sluice limited"]))
    row("What of it waits for a free core: the row of the ledger", "–",
        lambda: (f"{number(gateways['sluice limited']['plain']['medians']['later_us'])} µs", True))
    row("CPU of a 20-frame stream, beside nginx", "1.5 ×", lambda: ratio("stream", "cpu_us", 1.5))
    row("Median latency on one connection, beside nginx", "1.2 ×", lambda: ratio("single", "p50_us", 1.2))
    # A twentieth more: log lines in batches, and the connections of the run.
    row("Reads of a request", "2", lambda: at_most(ours["calls"]["reads"], 2.1, "", 2))
    row("Writes of a request", "2", lambda: at_most(ours["calls"]["writes"], 2.1, "", 2))
    row("Memory after a million requests", "40 MiB", lambda: at_most(ours["endurance"]["rss_mib"], 40, "MiB"))
    row("Its growth over the second half", "1 MiB per 100k requests",
        lambda: at_most(ours["endurance"]["slope_mib_per_100k"], 1, "MiB", 2))
    row("First answer after the start of the process", "150 ms", lambda: at_most(ours["start"]["ms"], 150, "ms", 0))

    def all_frames():
        many = ours["many"]
        whole = many["frames"] == many["frames_expected"] and not many["failures"]
        return f"{many['frames']:,} of {many['frames_expected']:,}", whole

    row("Frames of 512 streams at 20 ms, in order", "all", all_frames)
    row("Latest frame of them", "200 ms", lambda: at_most(ours["many"]["lateness_max_ms"], 200, "ms"))
    row("Time to first token added, 99th percentile", "1 ms", lambda: at_most(
        ours["many"]["first_token_p99_ms"] - gateways["direct"]["many"]["first_token_p99_ms"], 1, "ms", 2))
    for form, name in (("messages_to_chat", "Messages to chat"), ("chat_to_messages", "chat to Messages")):
        row(f"CPU that translating adds to a plain call of 2 KB ({name})", "40 µs",
            lambda: at_most(ours["translation"][form]["added_us"], 40, "µs"))
        row("The same for a frame of a stream", "4 µs",
            lambda: at_most(ours["translation"][form]["added_frame_us"], 4, "µs", 2))
    row("CPU with 10,000 models and 100,000 keys, beside one of each", "1.10 ×",
        lambda: (f"{ours['growth']['ratio']:.2f} ×", ours["growth"]["ratio"] <= 1.1))
    row("Peak memory of a 32 MiB request, beside its bytes", "1.3 ×",
        lambda: (f"{ours['image']['ratio']:.2f} ×", ours["image"]["ratio"] <= 1.3))
    return rows


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def page(results):
    machine = results["machine"]
    lines = [
        f"Measured {results['date']}, revision {results['revision']}: {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory']}, {machine['system']}, Linux {machine['kernel']}; {machine['swift']}; "
        f"{machine['nginx']}; {machine['haproxy']}. {results['rounds']} interleaved rounds of {results['seconds']} s, "
        f"lower quartiles; {results['busy'] * 100:.0f} % of the machine was in use by others at the start.", ""]
    marks = {True: "held", False: "**missed**", None: "–"}
    lines += ["### Limits", ""]
    lines += table(["what", "measured", "limit", ""],
                   [(what, figure, limit, marks[passed]) for what, figure, limit, passed in limits(results)])
    endurance = results["gateways"].get("sluice", {}).get("endurance")
    if endurance:
        lines += ["", f"The access log had {endurance['log_lines']:,} lines after {endurance['requests']:,} requests."]
    lines += ["", "### Beside other gateways", ""]

    def cell(gateway, section, key, digits=1, scale=1):
        value = results["gateways"][gateway].get(section, {}).get(key)
        return "–" if value is None else number(value * scale, digits)

    names = [name for name in results["gateways"] if name != "direct"]
    lines += table(
        ["", "CPU per request, µs", "requests per second of one core", "CPU per 20-frame stream, µs",
         "median at one connection, µs", "reads / writes", "memory, MiB", "first answer, ms"],
        [(f"{name} ({results['gateways'][name]['note']})", cell(name, "plain", "cpu_us"),
          cell(name, "plain", "per_core_second", 0), cell(name, "stream", "cpu_us", 0),
          cell(name, "single", "p50_us"),
          f"{cell(name, 'calls', 'reads', 2)} / {cell(name, 'calls', 'writes', 2)}",
          cell(name, "endurance", "rss_mib"), cell(name, "start", "ms", 0)) for name in names])
    lines += ["", "### 512 streams of 64 frames at 20 ms", ""]
    lines += table(
        ["", "frames", "first token, median ms", "99 %", "frame lateness 99 %, ms", "latest, ms"],
        [(name, cell(name, "many", "frames", 0), cell(name, "many", "first_token_p50_ms", 2),
          cell(name, "many", "first_token_p99_ms", 2), cell(name, "many", "lateness_p99_ms", 2),
          cell(name, "many", "lateness_max_ms", 1)) for name in results["gateways"]])
    missing = [(name, section, reason) for name, gateway in results["gateways"].items()
               for section, reason in gateway.get("missing", {}).items()]
    if missing:
        lines += ["", "Not measured:", ""] + [f"- {name}, {section}: {reason}" for name, section, reason in missing]
    return "\n".join(lines)


def write_page(path, text):
    """Puts the text between the markers of the document."""
    document = path.read_text()
    before, rest = document.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def write_json(path, results):
    path.write_text(json.dumps(results, indent=2) + "\n")
