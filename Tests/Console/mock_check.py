"""What the mock refuses: enough of the rules of the configuration to show faults at their fields."""

KNOWN = {
    "providers": {
        "kind", "url", "dialect", "keys", "region", "accessKey", "secretID", "secretKey", "sessionToken", "project",
        "location", "serviceAccount", "tokenURL", "deployments", "entra", "account", "app", "timeouts", "limits", "tls",
        "proxy", "apiVersion", "forwardHeaders",
    },
    "models": {
        "type", "targets", "split", "sticky", "retry", "fallback", "timeouts", "parameters", "effortBudgets", "limits",
        "reserveOutput", "cache",
    },
    "consumers": {"keys", "models", "certificates", "limits", "team", "roles", "signing", "cache", "conversations"},
    "teams": {"organisation", "models", "limits", "cache", "conversations"},
    "organisations": {"models", "limits", "cache", "conversations"},
    "roles": {"surfaces", "models"},
    "prices": {
        "input", "cachedInput", "cacheWrite", "output", "reasoning", "inputAudio", "outputAudio", "perRequest",
        "perImage", "tiers", "times",
    },
}
UNITS = {"requests", "tokens", "inputTokens", "outputTokens", "cost", "concurrent"}


def problem(collection, name, pointer, message, advice=None, severity="error"):
    shown = f'"{name}"' if "." in name else name
    steps = [step for step in pointer.split("/") if step]
    path = f"{collection}.{shown}" if collection != "limits" else "limits"
    for step in steps:
        path += f"[{step}]" if step.isdigit() else f".{step}"
    return {
        "severity": severity, "message": message, "advice": advice, "pointer": pointer, "path": path, "file": None,
        "line": None, "column": None, "_collection": collection, "_name": name,
    }


def check(objects, limits):
    """All problems of the objects of a configuration: {collection: {name: value}}."""
    found = []
    for collection, members in objects.items():
        for name, value in members.items():
            if not isinstance(value, dict):
                found.append(problem(collection, name, "", "This must be a map."))
                continue
            for key in value:
                if key not in KNOWN[collection]:
                    found.append(problem(collection, name, f"/{key}", f"Unknown key '{key}'."))
            found += limit_problems(collection, name, value.get("limits") or [], "/limits")
            cache = value.get("cache")
            if isinstance(cache, dict) and not str(cache.get("ttl"))[-1:].isalpha():
                found.append(problem(collection, name, "/cache/ttl", f"'{cache.get('ttl')}' is no duration.", "For example: 1h"))
    for name, value in objects["models"].items():
        found += model_problems(objects, name, value)
    for name, value in objects["providers"].items():
        if not value.get("kind"):
            found.append(problem("providers", name, "/kind", "A provider needs a kind.", "For example: kind: openai"))
    for name, value in objects["consumers"].items():
        team = value.get("team")
        if team and team not in objects["teams"]:
            found.append(problem("consumers", name, "/team", f"There is no team '{team}'."))
    found += limit_problems("limits", "limits", limits, "")
    return found


def model_problems(objects, name, value):
    if not value.get("targets") and not value.get("split"):
        yield problem("models", name, "/targets", "A model needs targets or a split.", "For example: targets: [openai/gpt-4o]")
    chains = [("/targets", value.get("targets") or [])]
    for index, arm in enumerate(value.get("split") or []):
        chains.append((f"/split/{index}/targets", arm.get("targets") or []))
        if not arm.get("targets"):
            yield problem("models", name, f"/split/{index}/targets", "A version needs targets.")
    for pointer, targets in chains:
        for index, target in enumerate(targets):
            text = target if isinstance(target, str) else f"{target.get('provider')}/{target.get('model')}"
            provider, slash, _ = text.partition("/")
            if slash and provider not in objects["providers"]:
                yield problem("models", name, f"{pointer}/{index}", f"There is no provider '{provider}'.")
            if not slash and text not in objects["models"]:
                yield problem("models", name, f"{pointer}/{index}", f"There is no model '{text}'.",
                              "Write PROVIDER/MODEL, or the name of another model.")
            if text in [t for t in targets[:index] if isinstance(t, str)]:
                yield problem("models", name, f"{pointer}/{index}", f"'{text}' stands here twice.")
    retry = value.get("retry") or {}
    backoff = retry.get("backoff")
    if backoff and not backoff[-1:].isalpha():
        yield problem("models", name, "/retry/backoff", f"'{backoff}' is no duration.", "For example: 200ms")


def limit_problems(collection, name, limits, pointer):
    for index, limit in enumerate(limits):
        here = f"{pointer}/{index}"
        units = [unit for unit in UNITS if unit in limit]
        if len(units) != 1:
            yield problem(collection, name, here, "A limit counts exactly one thing.")
            continue
        amount = limit[units[0]]
        if units[0] == "cost":
            if len(str(amount).split()) != 2:
                yield problem(collection, name, f"{here}/cost", "Money is written with its currency.", "For example: 50 CNY")
        elif not isinstance(amount, int) or amount < 1:
            yield problem(collection, name, f"{here}/{units[0]}", f"'{amount}' is no whole number of at least 1.")
        if units[0] != "concurrent" and not limit.get("per") and not limit.get("quota"):
            yield problem(collection, name, here, "It needs 'per' or 'quota'.")


def schema():
    """A JSON Schema with the names that the mock knows."""
    text = {"type": "string", "description": "A setting."}
    properties = {collection: {"description": f"The {collection}.", "type": "object", "additionalProperties": {
        "type": "object", "properties": {name: text for name in sorted(names)}}} for collection, names in KNOWN.items()}
    properties["models"]["additionalProperties"]["properties"]["type"] = {"enum": ["chat", "embedding", "image"], "description": "What it does."}
    limit = {"type": "object", "properties": {name: text for name in ["requests", "tokens", "cost", "concurrent", "per", "by"]}}
    return {"properties": {**properties, "limits": {"description": "For everyone.", "type": "array", "items": limit}}}
