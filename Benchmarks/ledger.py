#!/usr/bin/env python3
"""How long `sluice usage` takes to read a month of 1,000 consumers from a ledger of 10 million rows, on SQLite and PostgreSQL.

SLUICE names the program (.build/release/sluice). Needs PostgreSQL, sqlite3 and some 12 GB in the temporary directory, which are given
back. --rows makes it smaller, --only leaves one database out. The tables are those that the program makes; rows are made by one
statement, and the sums of hours and days from the rows.
"""

import argparse
import contextlib
import datetime
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

DAY = 20_758  # 2026-11-01
DAYS = 30
SPAN = DAYS * 86_400_000
START = DAY * 86_400_000
CONSUMERS = 1000
MODELS = 3
SUMS = (
    "count(*), sum(CASE WHEN outcome = 'success' THEN 0 ELSE 1 END), 0, sum(input_uncached), sum(input_cached), 0, 0, sum(output), "
    "sum(reasoning), 0, sum(cost_billionths), sum(duration_us), sum(first_token_us), count(first_token_us), 0"
)


def say(text):
    print(text, file=sys.stderr, flush=True)


def columns(rows, integer):
    """The rows of `exchange` from a table n (i), in the words of both databases; `integer` is the cast of a division."""
    return f"""
      INSERT INTO exchange (id, started_at, ended_at, duration_us, first_token_us, outcome, status, surface, stream, consumer, team,
        organisation, gateway_key, model, route, target, provider, attempts, input_uncached, input_cached, cache_write, input_audio,
        output, reasoning, output_audio, estimated, cost_billionths, currency, price, bytes_in, bytes_out, revision)
      SELECT ID, {START} + {integer(f'i * {SPAN / rows}')} - 900, {START} + {integer(f'i * {SPAN / rows}')}, 900000 + i % 1000,
        200000, CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'success' END, 200, 'chat.completions', 1,
        'consumer-' || (i % {CONSUMERS}), 'team-' || (i % 20), 'organisation', '' || (i % {CONSUMERS}),
        'model-' || (i / {CONSUMERS} % {MODELS}), 'model-' || (i / {CONSUMERS} % {MODELS}),
        'provider/model-' || (i / {CONSUMERS} % {MODELS}), 'provider',
        '[{{"target":"provider/model","credential":"key-1","status":200,"ms":900}}]', 700 + i % 90, 300, 0, 0, 250 + i % 70, 40, 0, 0,
        1500000 + i % 1000, 'CNY', '2026-01', 1800, 9000, 1
    """


SUBJECTS = """
  INSERT INTO usage_subject (consumer, team, organisation, gateway_key, route, provider, target, version, currency)
    SELECT DISTINCT consumer, team, organisation, gateway_key, route, provider, target, '', currency FROM exchange
"""


def sums(table, span, length):
    return f"""
      INSERT INTO {table} SELECT ended_at / {length}, usage_subject.id, {SUMS} FROM exchange JOIN usage_subject
        ON usage_subject.consumer = exchange.consumer AND usage_subject.route = exchange.route GROUP BY 1, 2
    """


FILL = [SUBJECTS, sums("usage_hour", "hour", 3_600_000), sums("usage_day", "day", 86_400_000)]


def processor(server):
    """Seconds of processor time of a server and of those of its processes that have ended."""
    if server is None:
        return 0
    fields = pathlib.Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


class Database:
    """One database under measurement, with a configuration in a directory of its own."""

    def __init__(self, program, directory, storage, environment):
        self.program = program
        self.directory = directory
        self.environment = {**os.environ, **environment}
        (directory / "sluice.yaml").write_text(
            "providers: { e: { kind: echo } }\nconsumers: { a: { keys: [env:KEY] } }\n"
            f"storage: {{ {storage}, ledger: true }}\n"
        )
        self.environment["KEY"] = "sk-benchmark"
        self.make_tables()

    def make_tables(self):
        command = [self.program, "serve", "--config", "sluice.yaml", "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        with subprocess.Popen(
            command, cwd=self.directory, env=self.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as server:
            for line in server.stderr:
                if "plane=admin" in line:
                    break
            else:
                raise SystemExit("the gateway did not start")
            time.sleep(2)
            server.terminate()
            server.communicate()

    def usage(self, *words):
        """Seconds of wall clock and of processor time of one command."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.monotonic()
        run = subprocess.run(
            [self.program, *words, "--config", "sluice.yaml"] if words[0] != "version" else [self.program, *words],
            cwd=self.directory, env=self.environment, check=True, capture_output=True, text=True,
        )
        wall = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run.stdout

    def measure(self, name, times, rows, server=None):
        last = datetime.date(2026, 11, 30).isoformat()
        words = ["usage", "--from", "2026-11-01", "--to", last, "--by", "consumer", "--format", "csv"]
        base = [self.usage("version")[:2] for _ in range(times)]
        first = self.usage(*words)
        lines = [line.split(",") for line in first[2].splitlines()[1:]]
        assert len(lines) == CONSUMERS and sum(int(line[1]) for line in lines) == rows, f"{len(lines)} lines"
        before = processor(server)
        runs = [self.usage(*words)[:2] for _ in range(times)]
        served = f"; {(processor(server) - before) / times * 1000:.0f} ms CPU of the server" if server else ""
        wall, cpu = (statistics.median(run[place] for run in runs) for place in (0, 1))
        start_wall, start_cpu = (statistics.median(run[place] for run in base) for place in (0, 1))
        print(
            f"{name}: first {first[0] * 1000:.0f} ms; median of {times}: {wall * 1000:.0f} ms wall, {cpu * 1000:.0f} ms CPU of the command; "
            f"of these {start_wall * 1000:.0f} ms wall, {start_cpu * 1000:.0f} ms CPU to start the program{served}"
        )


def sqlite(program, directory, rows, times):
    database = Database(program, directory, "database: 'sqlite:sluice.db'", {})
    file = directory / "sluice.db.ledger"
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows - 1})"
    fill = columns(rows, lambda text: f"CAST({text} AS INTEGER)")
    fill = fill.replace("SELECT ID", f"{numbers} SELECT CAST(printf('%016d', i) AS BLOB)", 1) + " FROM n"
    script = ["PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY; BEGIN", fill, *FILL, "COMMIT"]
    say("SQLite: filling")
    begun = time.monotonic()
    subprocess.run(["sqlite3", str(file)], input=";\n".join(script) + ";\n", check=True, text=True, stdout=subprocess.DEVNULL)
    say(f"SQLite: filled in {time.monotonic() - begun:.0f} s, {file.stat().st_size / 1e9:.1f} GB")
    counts = subprocess.run(
        ["sqlite3", str(file), "SELECT (SELECT count(*) FROM exchange), (SELECT count(*) FROM usage_hour), (SELECT count(*) FROM usage_day)"],
        check=True, text=True, capture_output=True,
    )
    print("SQLite: rows, hours, days:", counts.stdout.strip())
    database.measure("SQLite", times, rows)


@contextlib.contextmanager
def server(directory):
    """A PostgreSQL cluster of its own. It does not run as root."""
    programs = max(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(re.sub(r"\D", "", path.name) or 0)) / "bin"
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(directory, "postgres", "postgres")
    cluster = directory / "cluster"
    subprocess.run(
        [*prefix, programs / "initdb", "-D", cluster, "-U", "sluice", "--auth", "trust", "--encoding", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd=directory,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "max_wal_size=4GB"]
    process = subprocess.Popen(
        [*prefix, programs / "postgres", "-D", cluster, *[word for text in settings for word in ("-c", text)]],
        cwd=directory, stderr=subprocess.DEVNULL,
    )
    try:
        url = f"postgres://sluice@127.0.0.1:{port}/postgres"
        while subprocess.run(["psql", url, "-c", "SELECT 1"], capture_output=True).returncode:
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def postgres(program, directory, rows, times):
    with tempfile.TemporaryDirectory(dir=directory.parent) as place, server(pathlib.Path(place)) as (url, pid):
        database = Database(program, directory, f"database: '{url}'", {})

        def sql(*statements):
            words = [word for text in statements for word in ("-c", text)]
            return subprocess.run(["psql", url, "-qAt", *words], check=True, text=True, capture_output=True).stdout

        fill = columns(rows, lambda text: f"({text})::int8")
        fill = fill.replace("SELECT ID", "SELECT decode(lpad(to_hex(i), 32, '0'), 'hex')", 1)
        say("PostgreSQL: filling")
        begun = time.monotonic()
        sql("SET synchronous_commit = off", f"{fill} FROM generate_series(0, {rows - 1}) AS n (i)", *FILL)
        sql("VACUUM (ANALYZE)")
        size = int(sql("SELECT pg_database_size(current_database())"))
        say(f"PostgreSQL: filled in {time.monotonic() - begun:.0f} s, {size / 1e9:.1f} GB")
        counts = "SELECT (SELECT count(*) FROM exchange), (SELECT count(*) FROM usage_hour), (SELECT count(*) FROM usage_day)"
        print("PostgreSQL: rows, hours, days:", sql(counts).strip())
        database.measure("PostgreSQL", times, rows, pid)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--times", type=int, default=15)
    arguments.add_argument("--only", choices=["sqlite", "postgres"])
    given = arguments.parse_args()
    program = os.path.abspath(os.environ.get("SLUICE", ".build/release/sluice"))
    with tempfile.TemporaryDirectory(prefix="sluice-ledger-") as place:
        os.chmod(place, 0o755)
        for name, measure in (("sqlite", sqlite), ("postgres", postgres)):
            if given.only in (None, name):
                directory = pathlib.Path(place) / name
                directory.mkdir()
                measure(program, directory, given.rows, given.times)
                shutil.rmtree(directory)


if __name__ == "__main__":
    main()
