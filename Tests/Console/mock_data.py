"""Sample data of the mock: objects, exchanges and what follows from them. The same seed gives the same data."""

import datetime
import math
import random

UTC = datetime.timezone.utc
HOSTILE = '"><img src=x onerror=alert(1)>'


def moment(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now():
    return datetime.datetime.now(UTC)


def objects(hostile):
    """(source, collection, name, value) of a small installation."""
    evil = HOSTILE if hostile else "mobile-app"
    evil_team = f"team{HOSTILE}" if hostile else "apps"
    return [
        ("file", "providers", "openai", {"kind": "openai", "keys": ["env:OPENAI_API_KEY", "env:OPENAI_API_KEY_2"]}),
        ("file", "models", "gpt-4o", {"targets": ["openai/gpt-4o"]}),
        ("environment", "providers", "ollama", {"kind": "ollama"}),
        ("database", "providers", "deepseek", {"kind": "deepseek", "keys": ["secret:provider.deepseek.1"]}),
        ("database", "providers", "dashscope", {"kind": "dashscope", "keys": ["secret:provider.dashscope.1"]}),
        ("database", "providers", "local", {
            "kind": "openai-compatible", "url": "http://10.0.0.7:8000/v1", "timeouts": {"firstToken": "2s"}}),
        ("database", "models", "deepseek-r1", {
            "type": "chat", "targets": ["local/deepseek-r1", "deepseek/deepseek-reasoner", "dashscope/deepseek-r1"],
            "retry": {"attempts": 1, "backoff": "200ms"}, "fallback": {"on": ["connect", "timeout", "rate-limit", "server-error", 409]},
            "parameters": {"default": {"temperature": 0.6}, "clamp": {"max_tokens": [1, 8192]}}}),
        ("database", "models", "assistant", {
            "split": [{"weight": 90, "version": "stable", "targets": ["openai/gpt-4o", "dashscope/qwen-max"]},
                      {"weight": 10, "version": "r1", "targets": ["deepseek-r1"]}], "sticky": "header:x-user-id"}),
        ("database", "models", "qwen-*", {"targets": ["dashscope/*"]}),
        ("database", "models", "fast", {"targets": ["assistant"]}),
        ("database", "models", "search-index", {"type": "embedding", "targets": ["dashscope/text-embedding-v4"]}),
        ("database", "consumers", evil, {
            "team": evil_team, "models": ["deepseek-r1", "qwen-*"],
            "limits": [{"requests": 20, "per": "day", "by": "header:x-user-id"}, {"cost": "50 CNY", "per": "month", "budget": True}]}),
        ("database", "consumers", "客服机器人", {"team": evil_team, "limits": [{"tokens": 100000, "per": "minute"}]}),
        ("database", "consumers", "data-science", {"limits": [{"concurrent": 8}]}),
        ("database", "teams", evil_team, {"organisation": "acme", "limits": [{"requests": 5000, "per": "hour"}]}),
        ("database", "organisations", "acme", {}),
        ("database", "roles", "analyst", {"surfaces": ["chat", "embeddings"], "models": ["qwen-*"]}),
        ("database", "prices", "local/*", {"input": "0.1 CNY", "output": "0.2 CNY"}),
    ]


KINDS = [
    ("openai", "OpenAI", "https://api.openai.com/v1", True, ["gpt-4o", "gpt-4o-mini"]),
    ("anthropic", "Anthropic", "https://api.anthropic.com/v1", True, ["claude-sonnet-4-5"]),
    ("gemini", "Google Gemini", "https://generativelanguage.googleapis.com/v1beta", True, ["gemini-2.5-pro"]),
    ("deepseek", "DeepSeek", "https://api.deepseek.com", True, ["deepseek-chat", "deepseek-reasoner"]),
    ("dashscope", "Alibaba Cloud DashScope (Bailian)", "https://dashscope.aliyuncs.com/compatible-mode/v1", True,
     ["qwen-max", "qwen-plus", "text-embedding-v4"]),
    ("zhipu", "Zhipu AI", "https://open.bigmodel.cn/api/paas/v4", True, ["glm-4.6"]),
    ("moonshot", "Moonshot AI", "https://api.moonshot.cn/v1", True, ["kimi-k2"]),
    ("azure-openai", "Azure OpenAI", None, True, []),
    ("bedrock", "Amazon Bedrock", None, True, []),
    ("ollama", "Ollama", "http://127.0.0.1:11434/v1", False, []),
    ("vllm", "vLLM", "http://127.0.0.1:8000/v1", False, []),
    ("openai-compatible", "OpenAI compatible", None, False, []),
    ("echo", "Echo", None, False, ["echo"]),
]


def kinds():
    return [{"kind": kind, "name": name, "url": url, "needsKey": needs, "models": models,
             "variables": [kind.upper().replace("-", "_") + "_API_KEY"] if needs else []}
            for kind, name, url, needs, models in KINDS]


def tokens(rng):
    values = {"inputUncached": rng.randint(40, 900), "inputCached": rng.choice([0, 0, 512, 1024]), "cacheWrite": 0,
              "inputAudio": 0, "output": rng.randint(20, 700), "reasoning": rng.choice([0, 0, 180, 301]), "outputAudio": 0}
    values["total"] = sum(values.values())
    return values


def exchanges(hostile, count=230):
    rng = random.Random(7)
    evil = HOSTILE if hostile else "mobile-app"
    found = []
    when = now()
    for index in range(count):
        when -= datetime.timedelta(seconds=rng.randint(10, 900))
        kind = rng.choices(["completed", "failed", "limited", "aborted"], [90, 4, 4, 2])[0]
        model, target = rng.choice([("deepseek-r1", "deepseek/deepseek-reasoner"), ("qwen-max", "dashscope/qwen-max"),
                                    ("assistant", "openai/gpt-4o"), ("fast", "openai/gpt-4o")])
        status = {"completed": 200, "failed": 502, "limited": 429, "aborted": 200}[kind]
        length = rng.uniform(200, 4000)
        is_over = model == "deepseek-r1" and kind != "limited"
        attempts = [{"target": target, "outcome": "completed" if kind == "completed" else kind, "status": status,
                     "milliseconds": round(length * (0.5 if is_over else 1), 1)}]
        if is_over:
            attempts.insert(0, {"target": "local/deepseek-r1", "outcome": "timeout", "status": None, "milliseconds": round(length / 2, 1)})
        if kind == "limited":
            attempts = []
        used = tokens(rng) if kind == "completed" else None
        first = length * 0.6
        found.append({
            "id": f"ex_{index:08x}", "requestId": f"req_{index:08x}", "startedAt": moment(when), "milliseconds": round(length, 1),
            "firstTokenMilliseconds": round(first, 1) if kind == "completed" else None, "outcome": kind, "status": status,
            "surface": "chat", "stream": rng.random() < 0.6, "consumer": rng.choice([evil, "客服机器人", "data-science"]),
            "team": "apps", "organisation": "acme", "key": "sk-slu-ab12cd3", "model": model, "route": model,
            "version": rng.choice(["stable", "stable", "r1"]) if model == "assistant" else None, "target": target if attempts else None,
            "provider": target.split("/")[0] if attempts else None,
            "errorCode": {"failed": "upstream_error", "limited": "request_limit_exceeded"}.get(kind), "tokens": used, "estimated": False,
            "cost": {"amount": f"{used['total'] * 0.0000081:.9f}", "currency": "CNY"} if used else None,
            "price": "deepseek/* of sluice.yaml", "bytesIn": rng.randint(200, 9000), "bytesOut": rng.randint(300, 20000), "revision": 12,
            "attempts": attempts, "timeline": timeline(attempts, length, first, kind),
            "cache": rng.choice([None, "miss"]), "saved": None, "trace": f"{index + 1:032x}",
        })
    return found


def timeline(attempts, length, first, kind):
    found, at = [], 0.0
    for attempt in attempts:
        found.append({"at": at, "until": at + attempt["milliseconds"], "kind": "attempt", "label": attempt["target"],
                      "outcome": attempt["outcome"], "detail": "no content within firstToken 2s" if attempt["outcome"] == "timeout" else None})
        at += attempt["milliseconds"]
    if kind == "completed":
        found.append({"at": first, "until": first, "kind": "firstToken", "label": "", "outcome": None, "detail": None})
    return found + [{"at": length, "until": length, "kind": "end", "label": "", "outcome": kind, "detail": None}]


def figures(scale):
    return {"requests": round(482 * scale), "errors": round(4 * scale), "unpriced": 0, "hits": round(61 * scale),
            "tokens": {"inputUncached": round(221000 * scale), "inputCached": round(54000 * scale), "cacheWrite": 0, "inputAudio": 0,
                       "output": round(95000 * scale), "reasoning": round(12000 * scale), "outputAudio": 0, "total": round(382000 * scale)},
            "costs": [{"amount": f"{12.0477 * scale:.6f}", "currency": "CNY"}, {"amount": f"{0.41 * scale:.6f}", "currency": "USD"}],
            "milliseconds": {"average": 812.4, "firstToken": 231.9}}


SPANS = {"hour": ("1m", 60, 60), "day": ("1h", 3600, 24), "week": ("6h", 21600, 28), "month": ("1d", 86400, 30)}


def overview(span, hostile):
    step, seconds, count = SPANS[span]
    rng = random.Random(span)
    end = now()
    points = []
    for index in range(count):
        when = end - datetime.timedelta(seconds=seconds * (count - 1 - index))
        wave = 30 + 14 * math.sin(index / 4) + rng.random() * 9
        points.append({"at": moment(when), "requests": round(wave * seconds / 60), "errors": round(rng.random() * wave / 20),
                       "tokens": round(wave * seconds * 12), "costs": [{"amount": f"{wave * seconds / 4000:.6f}", "currency": "CNY"}],
                       "milliseconds": 700 + 200 * rng.random(), "firstToken": 200 + 90 * rng.random()})
    evil = HOSTILE if hostile else "mobile-app"
    return {
        "span": span, "from": points[0]["at"], "to": moment(end), "step": step, "points": points, "totals": figures(100), "before": figures(88),
        "attention": [
            {"severity": "error", "code": "provider_failing", "values": {"provider": "local", "errors": 214, "minutes": 10}, "link": "#/exchanges?provider=local"},
            {"severity": "warning", "code": "limit_refusing", "values": {"consumer": evil, "refusals": 38}, "link": "#/limits"},
            {"severity": "warning", "code": "budget_near", "values": {"consumer": "客服机器人", "percent": 91}, "link": "#/limits"},
            {"severity": "warning", "code": "key_expiring", "values": {"key": "sk-slu-ab12cd3", "consumer": evil, "days": 1}, "link": "#/keys/1"},
            {"severity": "warning", "code": "something_new", "values": {"thing": HOSTILE if hostile else "x"}, "link": "javascript:alert(1)"}],
        "topModels": [{"name": name, "requests": n, "tokens": n * 700, "costs": [{"amount": str(n / 45), "currency": "CNY"}]}
                      for name, n in [("deepseek-r1", 18204), ("qwen-max", 15077), ("assistant", 9312), ("search-index", 5620)]],
        "limited": [{"name": "app", "refusals": 41}],
        "topConsumers": [{"name": name, "requests": n, "tokens": n * 690, "costs": [{"amount": str(n / 48), "currency": "CNY"}]}
                         for name, n in [(evil, 21410), ("客服机器人", 14986), ("data-science", 8004)]],
        "live": {"openStreams": rng.randint(1, 5), "requestsPerSecond": 12.5},
    }


def usage(names, hostile):
    """Lines of usage, one for each combination of a few values."""
    values = {"consumer": [HOSTILE if hostile else "mobile-app", "客服机器人", "data-science"], "model": ["deepseek-r1", "qwen-max", "assistant"],
              "provider": ["deepseek", "dashscope", "openai"], "team": ["apps", ""], "organisation": ["acme"], "key": ["sk-slu-ab12cd3"],
              "target": ["deepseek/deepseek-reasoner", "dashscope/qwen-max"], "version": ["stable", "r1"],
              "day": [(now() - datetime.timedelta(days=n)).strftime("%Y-%m-%d") for n in range(7, -1, -1)],
              "hour": [(now() - datetime.timedelta(hours=n)).strftime("%Y-%m-%dT%H:00:00Z") for n in range(23, -1, -1)]}
    rng = random.Random(3)
    lines = [{}]
    for name in names:
        lines = [{**line, name: value} for line in lines for value in values[name]]
    return [{"names": line, **figures(rng.uniform(0.2, 9))} for line in lines]
