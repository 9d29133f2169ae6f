#!/usr/bin/env python3
"""How long the admin API takes to answer what the console asks for with 10 million exchanges of the last 30 days in the ledger.

SLUICE names the program (.build/release/sluice). Needs PostgreSQL, sqlite3 and some 12 GB in the temporary directory, which are given
back. --rows makes it smaller, --only leaves one database out. The rows are those of ledger.py.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request

import ledger

HOUR = 3_600_000
# Until a person has the console before them.
PAUSE = 5
QUESTIONS = [
    "overview?span=hour", "overview?span=day", "overview?span=week", "overview?span=month", "usage?span=day&by=hour",
    "usage?span=month&by=consumer", "usage?span=month&by=model,day", "exchanges?limit=50", "exchanges?limit=50&outcome=error",
    "exchanges?limit=50&consumer=consumer-7", "exchanges?limit=50&q=no-such-request",
]


@contextlib.contextmanager
def serving(database):
    """→ the address of the admin API."""
    command = [database.program, "serve", "--config", "sluice.yaml", "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    with subprocess.Popen(
        command, cwd=database.directory, env=database.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        try:
            for line in server.stderr:
                if "plane=admin" in line:
                    words = dict(word.split("=", 1) for word in line.split() if "=" in word)
                    break
            else:
                raise SystemExit("the gateway did not start")
            yield f"http://{words['address']}/api/v1/"
        finally:
            server.terminate()
            server.communicate()


def ask(address, question):
    """Milliseconds, and the size of the answer."""
    begun = time.monotonic()
    with urllib.request.urlopen(address + question, timeout=120) as answer:
        size = len(answer.read())
    return (time.monotonic() - begun) * 1000, size


def measure(name, database, times):
    """Of each question the first answer of a process: at once, and some seconds after its start; and those that follow."""
    print(f"\n{name}, load of the machine {os.getloadavg()[0]:.1f}\n")
    print(f"| question | at once, ms | first after {PAUSE} s, ms | median, ms | slowest, ms | bytes |\n| --- | --- | --- | --- | --- | --- |")
    for question in QUESTIONS:
        with serving(database) as address:
            ask(address, "setup")
            at_once, _ = ask(address, question)
        with serving(database) as address:
            ask(address, "setup")
            time.sleep(PAUSE)
            first, size = ask(address, question)
            following = [ask(address, question)[0] for _ in range(times)]
        times_taken = f"{at_once:.0f} | {first:.0f} | {statistics.median(following):.1f} | {max(following):.1f}"
        print(f"| `{question}` | {times_taken} | {size:,} |", flush=True)


def sqlite(program, directory, rows, times):
    database = ledger.Database(program, directory, "database: 'sqlite:sluice.db'", {})
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows - 1})"
    fill = ledger.columns(rows, lambda text: f"CAST({text} AS INTEGER)")
    fill = fill.replace("SELECT ID", f"{numbers} SELECT CAST(printf('%016d', i) AS BLOB)", 1) + " FROM n"
    script = ["PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY; BEGIN", fill, *ledger.FILL, "COMMIT"]
    file = directory / "sluice.db.ledger"
    ledger.say("SQLite: filling")
    subprocess.run(["sqlite3", str(file)], input=";\n".join(script) + ";\n", check=True, text=True, stdout=subprocess.DEVNULL)
    measure(f"SQLite, {rows:,} exchanges, {file.stat().st_size / 1e9:.1f} GB", database, times)


def postgres(program, directory, rows, times):
    with tempfile.TemporaryDirectory(dir=directory.parent) as place, ledger.server(pathlib.Path(place)) as (url, _):
        database = ledger.Database(program, directory, f"database: '{url}'", {})
        fill = ledger.columns(rows, lambda text: f"({text})::int8")
        fill = fill.replace("SELECT ID", "SELECT decode(lpad(to_hex(i), 32, '0'), 'hex')", 1)
        ledger.say("PostgreSQL: filling")
        statements = ["SET synchronous_commit = off", f"{fill} FROM generate_series(0, {rows - 1}) AS n (i)", *ledger.FILL]
        for words in (statements, ["VACUUM (ANALYZE)"]):
            subprocess.run(["psql", url, "-qAt", *[word for text in words for word in ("-c", text)]], check=True, stdout=subprocess.DEVNULL)
        measure(f"PostgreSQL, {rows:,} exchanges", database, times)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--only", choices=["sqlite", "postgres"])
    arguments.add_argument("--keep", metavar="DIRECTORY", help="leave the SQLite ledger there")
    given = arguments.parse_args()
    program = os.path.abspath(os.environ.get("SLUICE", ".build/release/sluice"))
    # The last rows are of the present hour.
    ledger.START = int(time.time() * 1000) // HOUR * HOUR - ledger.SPAN + HOUR
    with tempfile.TemporaryDirectory(prefix="sluice-overview-") as place:
        os.chmod(place, 0o755)
        for name, run in (("sqlite", sqlite), ("postgres", postgres)):
            if given.only in (None, name):
                directory = pathlib.Path(place) / name
                directory.mkdir()
                run(program, directory, given.rows, given.times)
                if given.keep and name == "sqlite":
                    shutil.move(directory, given.keep)
                else:
                    shutil.rmtree(directory)


if __name__ == "__main__":
    main()
