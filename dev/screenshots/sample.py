"""An installation to look at: its configuration, its objects, and a month of calls in the ledger."""

import json
import math
import random
import sqlite3
import time

DAYS = 30
MINUTE = 60_000
# Consumer, team, share of the calls.
CALLERS = [("mobile-app", "apps", 46), ("客服机器人", "apps", 31), ("data-science", "research", 14), ("nightly-reports", "research", 9)]
# Model, version, target, share, price of a thousand tokens in billionths of CNY.
ROUTES = [
    ("fast", "", "deepseek/deepseek-chat", 48, 3_100_000), ("fast", "", "dashscope/qwen-plus", 4, 2_400_000),
    ("assistant", "stable", "deepseek/deepseek-reasoner", 21, 9_800_000), ("assistant", "canary", "dashscope/qwen-max", 3, 11_500_000),
    ("search-index", "", "dashscope/text-embedding-v4", 24, 500_000),
]
TOKENS = "input_uncached input_cached cache_write input_audio output reasoning output_audio".split()
SUBJECT = "consumer team organisation gateway_key route provider target version currency".split()
SUMS = (
    "count(*), sum(outcome <> 'success'), 0, " + ", ".join(f"sum(coalesce({name}, 0))" for name in TOKENS)
    + ", sum(coalesce(cost_billionths, 0)), sum(duration_us), sum(coalesce(first_token_us, 0)), count(first_token_us)"
)


def configuration(upstream):
    return f"""
providers:
  deepseek: {{ kind: deepseek, url: "{upstream}/v1", keys: [env:DEEPSEEK_API_KEY] }}
  dashscope: {{ kind: dashscope, url: "{upstream}/compatible-mode/v1", keys: [env:DASHSCOPE_API_KEY, env:DASHSCOPE_API_KEY_2] }}
prices:
  deepseek/*: {{ input: 2 CNY, cachedInput: 0.2 CNY, output: 3 CNY }}
  dashscope/*: {{ input: 2.4 CNY, output: 9.6 CNY }}
"""


def changes(upstream):
    objects = [
        ("providers", "local", {"kind": "openai-compatible", "url": f"{upstream}/unwell/v1", "timeouts": {"firstToken": "2s"}}),
        ("models", "fast", {"targets": ["local/qwen3-32b", "deepseek/deepseek-chat", "dashscope/qwen-plus"],
                            "retry": {"attempts": 0}, "parameters": {"clamp": {"max_tokens": [1, 8192]}}}),
        ("models", "assistant", {"split": [{"weight": 90, "version": "stable", "targets": ["deepseek/deepseek-reasoner"]},
                                           {"weight": 10, "version": "canary", "targets": ["dashscope/qwen-max", "deepseek/deepseek-reasoner"]}],
                                 "sticky": "header:x-user-id"}),
        ("models", "search-index", {"type": "embedding", "targets": ["dashscope/text-embedding-v4"]}),
        ("models", "qwen-*", {"targets": ["dashscope/*"]}),
        ("prices", "local/*", {"input": "0.1 CNY", "output": "0.2 CNY"}),
        ("organisations", "acme", {}),
        ("teams", "apps", {"organisation": "acme", "limits": [{"cost": "2000 CNY", "per": "month", "budget": True}]}),
        ("teams", "research", {"organisation": "acme"}),
        ("consumers", "mobile-app", {"team": "apps", "models": ["fast", "assistant"], "limits": [
            {"requests": 10, "per": "day", "by": "header:x-user-id"}, {"cost": "20 CNY", "per": "month", "budget": True}]}),
        ("consumers", "客服机器人", {"team": "apps", "models": ["assistant"], "limits": [{"tokens": 100000, "per": "minute"}]}),
        ("consumers", "data-science", {"team": "research", "limits": [{"concurrent": 8}]}),
        ("consumers", "nightly-reports", {"team": "research", "limits": [{"tokens": 1600, "quota": "starter"}]}),
    ]
    return [{"op": "put", "collection": collection, "name": name, "value": value, "etag": None} for collection, name, value in objects]


def fill_ledger(file, seed=4):
    """Calls of the last 30 days, as the gateway would have recorded them."""
    rng = random.Random(seed)
    now = int(time.time() * 1000)
    rows = []
    moment = now - DAYS * 24 * 60 * MINUTE
    while moment < now - MINUTE:
        hour = moment / MINUTE / 60 % 24
        # Busy from nine to six, in UTC+8.
        pace = 0.25 + math.exp(-(((hour + 8) % 24 - 14) ** 2) / 18)
        moment += int(rng.expovariate(pace) * MINUTE * 1.2) + 1
        rows.append(row(rng, min(moment, now - MINUTE), len(rows)))
    database = sqlite3.connect(file)
    names = list(rows[0])
    with database:
        database.executemany(f"INSERT INTO exchange ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})", [tuple(one.values()) for one in rows])
        of = {name: f"coalesce({name}, '')" for name in SUBJECT}
        database.execute(f"INSERT INTO usage_subject ({', '.join(SUBJECT)}) SELECT DISTINCT {', '.join(of.values())} FROM exchange")
        joined = " AND ".join(f"usage_subject.{name} = coalesce(exchange.{name}, '')" for name in SUBJECT)
        for table, length in (("usage_hour", 3_600_000), ("usage_day", 86_400_000)):
            database.execute(f"INSERT INTO {table} SELECT ended_at / {length}, usage_subject.id, {SUMS} FROM exchange JOIN usage_subject ON {joined} GROUP BY 1, 2")
    database.close()


def row(rng, ended, number):
    consumer, team, _ = rng.choices(CALLERS, [share for *_, share in CALLERS])[0]
    model, version, target, _, price = rng.choices(ROUTES, [share for *_, share, _ in ROUTES])[0]
    kind = rng.choices(["success", "failed", "limited"], [975, 7, 18])[0]
    length = int(rng.lognormvariate(6.7, 0.5)) if model != "search-index" else int(rng.lognormvariate(4.2, 0.4))
    is_embedding = model == "search-index"
    attempts = [{"target": target, "credential": target.split("/")[0] + "#1", "status": 200, "at": 0, "ms": length}]
    if kind == "failed":
        attempts[0].update(status=502, failure="server-error")
    if model == "fast":
        attempts[0]["at"] = 40
        attempts.insert(0, {"target": "local/qwen3-32b", "status": 503, "at": 0, "ms": 38, "failure": "server-error"})
    tokens = [rng.randint(60, 1400), rng.choice([0, 0, 512, 1024]), 0, 0, 0 if is_embedding else rng.randint(40, 700),
              rng.randint(60, 400) if "reasoner" in target else 0, 0] if kind == "success" else [None] * 7
    cost = sum(tokens) * price // 1000 if kind == "success" else None
    identity = (ended - length).to_bytes(6, "big") + bytes([0x70 | rng.randrange(16), rng.randrange(256), 0x80 | rng.randrange(64)]) + rng.randbytes(7)
    return {
        "id": identity, "started_at": ended - length, "ended_at": ended, "duration_us": length * 1000 + rng.randrange(1000),
        "first_token_us": int(length * 1000 * rng.uniform(0.15, 0.4)) if kind == "success" and not is_embedding else None,
        "outcome": {"limited": "rejected"}.get(kind, kind), "status": {"success": 200, "failed": 502, "limited": 429}[kind],
        "surface": "embeddings" if is_embedding else "chat", "stream": int(not is_embedding and number % 3 > 0), "consumer": consumer, "team": team,
        "organisation": "acme", "gateway_key": None, "model": model, "route": model, "version": version or None,
        "target": target if kind != "limited" else None, "provider": target.split("/")[0] if kind != "limited" else None,
        "attempts": json.dumps(attempts if kind != "limited" else []), **dict(zip(TOKENS, tokens)), "estimated": 0 if tokens[0] is not None else None,
        "cost_billionths": cost, "currency": "CNY" if cost is not None else None, "price": "built-in" if cost is not None else None,
        "bytes_in": rng.randint(300, 6000), "bytes_out": rng.randint(400, 12000),
        "error_code": {"failed": "upstream_error", "limited": "rate_limit_exceeded"}.get(kind), "client_request_id": None, "revision": 1,
    }
