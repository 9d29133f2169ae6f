"""The admin API of the mock: which request is answered with what."""

import json
import secrets
import threading
import time

import mock_check
import mock_data
from mock_state import COLLECTIONS, Refusal, State, etag

PERMISSIONS = {"viewer": ["read"], "operator": ["read", "write", "keys"], "administrator": ["read", "write", "keys", "secrets", "users", "conversations"],
               "team-administrator": ["read", "keys", "conversations"]}


def ok(value, status=200, **headers):
    return {"json": value, "status": status, "headers": {name.replace("_", "-"): text for name, text in headers.items()}}


def page(rows, query):
    limit, start = int(query.get("limit", 100)), int(query.get("cursor") or 0)
    following = start + limit
    return ok({"data": rows[start:following], "next": str(following) if following < len(rows) else None, "total": len(rows)})


class Api:
    def __init__(self, hostile=False, is_empty=False, needs_set_up=False):
        self.hostile = hostile
        self.state = State(hostile, is_empty)
        self.lock = threading.RLock()
        self.sessions = {}
        self.wrong = 0
        evil = mock_data.HOSTILE if hostile else ""
        self.users = {} if needs_set_up else {
            name: {"name": name, "role": role, "team": team, "createdAt": "2026-11-01T08:00:00Z", "disabled": False, "_password": "correct horse"}
            for name, role, team in [("admin", "administrator", None), ("viewer", "viewer", None), (f"lin{evil}", "team-administrator", "apps")]}
        self.tokens = [] if is_empty else [{"id": 1, "label": f"ci{evil}", "role": "operator", "team": None, "createdAt": "2026-11-01T08:00:00Z",
                                            "createdBy": "admin", "expiresAt": None, "lastUsedAt": "2026-11-20T12:00:00Z"}]
        self.secrets = {} if is_empty else {"provider.deepseek.1": "2026-11-02T09:30:00Z", "provider.dashscope.1": "2026-11-02T09:31:00Z"}
        self.quotas = [] if is_empty else [{"name": f"starter{evil}", "unit": "tokens", "left": 412000, "limit": 1000000, "subject": "data-science"}]
        self.keys = []
        if not is_empty:
            for number, (consumer, state, note) in enumerate([("data-science", "active", "notebooks"), (mock_data.HOSTILE if hostile else "mobile-app", "active", f"app {evil}"),
                                                               ("客服机器人", "disabled", ""), ("data-science", "revoked", "leaked")]):
                self.new_key({"consumer": consumer, "note": note, "models": ["deepseek-r1"] if number == 1 else []}, state)
        self.exchanges = [] if is_empty else mock_data.exchanges(hostile)

    def new_key(self, value, state="active"):
        secret = "sk-slu-" + secrets.token_hex(20)
        key = {"id": len(self.keys) + 1, "label": secret[:14], "consumer": value.get("consumer"), "state": state, "created": mock_data.moment(mock_data.now()),
               "expires": value.get("expires"), "note": value.get("note") or "", "models": value.get("models") or [], "surfaces": value.get("surfaces") or [],
               "ips": value.get("ips") or [], "limits": value.get("limits") or [], "retries": value.get("retries"), "timeout": value.get("timeout"),
               "cache": value.get("cache"), "cacheTTL": value.get("cacheTTL")}
        self.keys.insert(0, key)
        return {"key": secret, "issued": key}

    def answer(self, method, parts, query, body, headers):
        if parts == ["playground"] and method == "POST":
            self.user(headers, method)
            return self.playground(body)
        with self.lock:
            if parts[0] in ("session", "setup"):
                return self.entrance(method, parts, body, headers)
            user = self.user(headers, method)
            name = (parts[0] if parts else "").replace("-", "_")
            if parts[0] in COLLECTIONS:
                return self.collection(method, parts, query, body, headers, user)
            route = getattr(self, f"on_{name}", None)
            if route is None:
                raise Refusal(404, "unknown_path", f"There is no {'/'.join(parts)}.")
            return route(method, parts[1:], query, body or {}, headers, user)

    # Who may

    def held(self, headers):
        """The session of a request's cookie."""
        cookie = dict(part.strip().split("=", 1) for part in (headers.get("cookie") or "").split(";") if "=" in part)
        return self.sessions.get(cookie.get("sluice_session"))

    def user(self, headers, method):
        held = self.held(headers)
        if not held:
            raise Refusal(401, "not_signed_in", "Nobody is signed in.", extra={"setUp": True} if not self.users else {})
        if method != "GET" and headers.get("x-sluice-csrf") != held["csrf"]:
            raise Refusal(403, "csrf_missing", "The header x-sluice-csrf is missing.")
        return self.users[held["name"]]

    @staticmethod
    def need(user, permission):
        if permission not in PERMISSIONS[user["role"]]:
            raise Refusal(403, "not_permitted", f"This needs the permission '{permission}'.")

    def shown(self, user):
        return {"name": user["name"], "role": user["role"], "team": user["team"], "permissions": PERMISSIONS[user["role"]]}

    def sign_in(self, user):
        token, csrf = secrets.token_hex(16), secrets.token_hex(8)
        self.sessions[token] = {"name": user["name"], "csrf": csrf}
        return ok({"user": self.shown(user), "csrf": csrf}, set_cookie=f"sluice_session={token}; Path=/; HttpOnly; SameSite=Strict")

    def entrance(self, method, parts, body, headers):
        if parts[0] == "setup":
            if method == "GET":
                return ok({"needed": not self.users, "token": "optional"})
            if self.users:
                raise Refusal(409, "object_exists", "There is an administrator already.")
            if len(body.get("password") or "") < 10:
                raise Refusal(400, "invalid_request", "A password has at least 10 characters.", "/password")
            self.users[body["name"]] = {"name": body["name"], "role": "administrator", "team": None, "createdAt": "2026-11-01T08:00:00Z",
                                        "disabled": False, "_password": body["password"]}
            return self.sign_in(self.users[body["name"]])
        if method == "POST":
            user = self.users.get(body.get("name"))
            if self.wrong >= 10:
                raise Refusal(429, "too_many_attempts", "Too many wrong passwords.")
            if not user or user["_password"] != body.get("password"):
                self.wrong += 1
                raise Refusal(401, "invalid_credentials", "Name or password is wrong.")
            self.wrong = 0
            return self.sign_in(user)
        user = self.user(headers, method)
        if method == "DELETE":
            self.sessions = {token: one for token, one in self.sessions.items() if one is not self.held(headers)}
            return {"text": "", "status": 204}
        if method == "PUT":
            if body.get("old") != user["_password"]:
                raise Refusal(400, "invalid_request", "That is not the old password.", "/old")
            user["_password"] = body["new"]
            return ok(self.shown(user))
        return ok({"user": self.shown(user), "csrf": self.held(headers)["csrf"]})

    # Objects and revisions

    def collection(self, method, parts, query, body, headers, user):
        collection = parts[0]
        if len(parts) == 1:
            text = (query.get("q") or "").lower()
            names = sorted(name for name in self.state.objects[collection] if text in name.lower())
            return page([self.state.object(collection, name) for name in names], query)
        name = parts[1]
        if len(parts) == 3 and parts[2] == "test":
            return self.tested(self.state.object(collection, name)["value"])
        if method == "GET":
            found = self.state.object(collection, name)
            return ok(found, etag=found["etag"])
        self.need(user, "write")
        change = {"op": "put" if method == "PUT" else "delete", "collection": collection, "name": name, "value": body, "etag": headers.get("if-match")}
        return ok(self.state.apply([change], user["name"], query.get("note"), "dryRun" in query, lambda index, pointer: pointer))

    def on_limits(self, method, parts, query, body, headers, user):
        if parts == ["usage"]:
            evil = mock_data.HOSTILE if self.hostile else "mobile-app"
            return ok({"data": [
                {"owner": {"collection": "consumers", "name": evil}, "limit": "20 requests per day", "unit": "requests", "period": "day", "isBudget": False, "by": "header:x-user-id", "subject": "u-1", "used": 17, "amount": 20, "resetsAt": "2026-11-22T00:00:00Z"},
                {"owner": {"collection": "consumers", "name": evil}, "limit": "50 CNY per month", "unit": "CNY", "period": "month", "isBudget": True, "by": None, "subject": None, "used": 45.5, "amount": 50, "currency": "CNY", "resetsAt": "2026-12-01T00:00:00Z"},
                {"owner": None, "limit": "600 requests per minute", "unit": "requests", "period": "minute", "isBudget": False, "by": "ip", "subject": "10.2.4.17", "used": 600, "amount": 600, "resetsAt": None}]})
        return ok({"source": "database", "etag": etag(self.state.limits), "value": self.state.limits, "file": self.state.file_limits}, etag=etag(self.state.limits))

    def on_changes(self, method, parts, query, body, headers, user):
        self.need(user, "write")
        return ok(self.state.apply(body["changes"], user["name"], body.get("note"), "dryRun" in query))

    def on_telemetry(self, method, parts, query, body, headers, user):
        return ok({"traces": {
            "endpoint": "https://otel.internal:4318/v1/traces", "sample": 0.1, "isFailing": True, "failure": "status 503",
            "failedAt": "2026-11-21T09:30:00Z", "takenAt": "2026-11-21T09:00:00Z",
            "spans": {"exported": 81234, "rejected": 0, "failed": 512, "dropped": 3}}})

    def on_configuration(self, method, parts, query, body, headers, user):
        if parts == ["schema"]:
            return ok(mock_check.schema())
        if parts == ["effective"]:
            return ok({"revision": self.state.revision, "server": {"gateway": {"address": "0.0.0.0:9090", "url": None}, "admin": {"address": "127.0.0.1:8081", "url": "https://console.example.com", "tls": None}, "tls": {"clientCertificates": "none"}}, **self.state.objects, "limits": self.state.file_limits + self.state.limits})
        if method == "PUT":
            self.need(user, "write")
            import yaml
            try:
                document = yaml.safe_load(body["yaml"]) or {}
                if not isinstance(document, dict):
                    raise yaml.YAMLError("not a map")
            except yaml.YAMLError as error:
                mark = getattr(error, "problem_mark", None)
                raise Refusal(422, "configuration_refused", "This is no YAML.", problems=[{
                    "severity": "error", "message": str(getattr(error, "problem", error)), "advice": None, "pointer": None, "path": "", "file": None,
                    "line": mark.line + 1 if mark else 1, "column": mark.column + 1 if mark else 1}])
            if headers.get("if-match") != etag(self.state.yaml()):
                raise Refusal(412, "object_changed", "Somebody published another revision meanwhile.")
            unknown = [key for key in document if key not in COLLECTIONS + ["limits"]]
            if unknown:
                line = next(n for n, text in enumerate(body["yaml"].split("\n"), 1) if text.startswith(unknown[0]))
                raise Refusal(422, "configuration_refused", "The configuration was refused.", problems=[{
                    "severity": "error", "message": f"Unknown key '{unknown[0]}'.", "advice": "Did you mean 'models'?", "pointer": None, "path": unknown[0],
                    "file": None, "line": line, "column": 1}])
            owned = {collection: document.get(collection) or {} for collection in COLLECTIONS}
            return ok(self.state.replace(owned, document.get("limits") or [], user["name"], query.get("note"), "dryRun" in query))
        return ok({"revision": self.state.revision, "file": "sluice.yaml", "yaml": self.state.yaml(), "etag": etag(self.state.yaml()), "warnings": [],
                   "needsRestart": []}, etag=etag(self.state.yaml()))

    def on_revisions(self, method, parts, query, body, headers, user):
        short = ("number", "at", "by", "note", "changes")
        if not parts:
            return page([{name: one[name] for name in short} for one in reversed(self.state.revisions)], query)
        one = next((one for one in self.state.revisions if one["number"] == int(parts[0])), None)
        if one is None:
            raise Refusal(404, "object_not_found", "There is no such revision.")
        if len(parts) == 2:
            self.need(user, "write")
            return ok(self.state.replace(one["objects"], one["limits"], user["name"], f"restored {one['number']}", "dryRun" in query))
        return ok({**{name: one[name] for name in short}, "yaml": one["yaml"], "diff": one["diff"]})

    def on_nodes(self, *_):
        node = {"self": True, "revision": self.state.revision, "storedRevision": self.state.revision, "version": "0.1.0", "startedAt": "2026-11-20T06:00:00Z",
                "seenAt": mock_data.moment(mock_data.now()), "problems": []}
        evil = mock_data.HOSTILE if self.hostile else ""
        late = {**node, "name": f"gateway-b{evil}", "self": False, "revision": self.state.revision - 1, "problems": [
            {"severity": "error", "message": "The secret provider.deepseek.1 cannot be opened.", "advice": "Give this node the same storage.masterKey.", "pointer": None,
             "path": "providers.deepseek.keys[0]", "file": None, "line": None, "column": None}]}
        return ok({"data": [{**node, "name": "gateway-a"}, late]})

    # Live

    def on_provider_kinds(self, *_):
        return ok({"data": mock_data.kinds()})

    def on_provider_test(self, method, parts, query, body, headers, user):
        return self.tested(body["value"])

    def tested(self, value):
        if any("wrong" in key for key in value.get("keys") or []):
            return ok({"ok": False, "message": "the provider refused the key (401)", "advice": "Make a new key at the provider's console."})
        models = next((kind["models"] for kind in mock_data.kinds() if kind["kind"] == value.get("kind")), [])
        return ok({"ok": True, "status": 200, "milliseconds": 132, "models": models, "message": "It answers."})

    def on_health(self, *_):
        if not self.exchanges:
            return ok({"data": []})
        return ok({"data": [{"name": "local/deepseek-r1", "kind": "target", "provider": "local", "isSetAside": True},
                            {"name": "deepseek/deepseek-reasoner", "kind": "target", "provider": "deepseek", "isSetAside": False},
                            {"name": "key 1", "kind": "key", "provider": "deepseek", "isSetAside": False},
                            {"name": "openai/gpt-4o", "kind": "target", "provider": "openai", "isSetAside": False}]})

    # Keys, quotas, secrets, users, tokens

    def on_keys(self, method, parts, query, body, headers, user):
        if method != "GET":
            self.need(user, "keys")
        if not parts and method == "GET":
            text = (query.get("q") or "").lower()
            return page([key for key in self.keys if query.get("consumer") in (None, key["consumer"]) and query.get("state") in (None, key["state"])
                         and (text in key["label"].lower() or text in key["note"].lower())], query)
        if not parts:
            if body.get("consumer") not in self.state.objects["consumers"]:
                raise Refusal(400, "invalid_request", f"There is no consumer '{body.get('consumer')}'.", "/consumer")
            return ok(self.new_key(body), 201)
        key = next((key for key in self.keys if str(key["id"]) == parts[0]), None)
        if key is None:
            raise Refusal(404, "object_not_found", "There is no such key.")
        if method == "PATCH":
            key.update({name: ([] if name in ("models", "surfaces", "ips", "limits") else None) if value is None else value for name, value in body.items()})
        elif len(parts) == 2:
            self.state.tell(user["name"], f"keys.{parts[1]}", key["label"])
            if parts[1] == "rotate":
                return ok(self.new_key(key), 201)
            key["state"] = {"disable": "disabled", "enable": "active", "revoke": "revoked"}[parts[1]]
        return ok(key)

    def on_quotas(self, method, parts, query, body, headers, user):
        if method == "POST":
            for quota in self.quotas:
                if quota["name"] == parts[0] and body.get("subject") in (None, quota["subject"]):
                    quota["left"] = body["amount"] + (quota["left"] if parts[1] == "add" else 0)
        return ok({"data": self.quotas})

    def on_secrets(self, method, parts, query, body, headers, user):
        if method == "PUT":
            self.secrets[parts[0]] = mock_data.moment(mock_data.now())
        if method == "DELETE":
            self.secrets.pop(parts[0], None)
        return ok({"data": [{"name": name, "setAt": at} for name, at in sorted(self.secrets.items())]})

    def on_users(self, method, parts, query, body, headers, user):
        self.need(user, "users")
        if method == "POST":
            if body["name"] in self.users:
                raise Refusal(409, "object_exists", "There is such a user already.", "/name")
            self.users[body["name"]] = {"name": body["name"], "role": body["role"], "team": body.get("team"), "createdAt": mock_data.moment(mock_data.now()),
                                        "disabled": False, "_password": body["password"]}
        if method == "PATCH":
            self.users[parts[0]].update({name: value for name, value in body.items() if name != "password"})
        if method == "DELETE":
            self.users.pop(parts[0])
        return ok({"data": [{name: value for name, value in one.items() if name != "_password"} for one in self.users.values()], "next": None})

    def on_tokens(self, method, parts, query, body, headers, user):
        self.need(user, "users")
        if method == "DELETE":
            self.tokens = [one for one in self.tokens if str(one["id"]) != parts[0]]
        if method == "POST":
            token = {"id": len(self.tokens) + 1, "label": body["label"], "role": body["role"], "team": body.get("team"), "createdAt": mock_data.moment(mock_data.now()),
                     "createdBy": user["name"], "expiresAt": body.get("expiresAt"), "lastUsedAt": None}
            self.tokens.append(token)
            return ok({**token, "token": "slt_" + secrets.token_hex(20)}, 201)
        return ok({"data": self.tokens, "next": None})

    # What happened

    def on_overview(self, method, parts, query, body, headers, user):
        if not self.exchanges:
            zero = {"requests": 0, "errors": 0, "unpriced": 0, "tokens": {"total": 0}, "costs": [], "milliseconds": {"average": None, "firstToken": None}}
            return ok({**mock_data.overview(query.get("span", "day"), False), "points": [], "totals": zero, "before": zero, "attention": [], "topModels": [], "topConsumers": [], "limited": [],
                       "live": {"openStreams": 0, "requestsPerSecond": 0}})
        return ok(mock_data.overview(query.get("span", "day"), self.hostile))

    def on_usage(self, method, parts, query, body, headers, user):
        lines = mock_data.usage([name for name in query.get("by", "").split(",") if name], self.hostile) if self.exchanges else []
        if "text/csv" in (headers.get("accept") or ""):
            return {"text": "consumer,requests\n" + "".join(f"{'/'.join(line['names'].values())},{line['requests']}\n" for line in lines), "headers": {"content-type": "text/csv"}}
        return ok({"data": lines, "from": "2026-11-14", "to": "2026-11-21"})

    def on_exchanges(self, method, parts, query, body, headers, user):
        if parts:
            one = next((one for one in self.exchanges if one["id"] == parts[0]), None)
            if one is None:
                raise Refusal(404, "object_not_found", "There is no such exchange.")
            return ok(one)
        names = ("consumer", "team", "key", "model", "provider", "target", "outcome", "status", "errorCode")
        wanted = {name: query[name if name != "errorCode" else "code"] for name in names if query.get(name if name != "errorCode" else "code")}
        rows = [{name: value for name, value in one.items() if name != "timeline"} for one in self.exchanges
                if all(str(one[name]) == value for name, value in wanted.items()) and (query.get("q") or "") in one["id"] + one["requestId"]]
        return page(rows, {"limit": 50, **query})

    def on_conversations(self, method, parts, query, body, headers, user):
        self.need(user, "conversations")
        one = next((one for one in self.exchanges if parts and one["requestId"] == parts[0]), None)
        if one is None or one["outcome"] != "completed":
            raise Refusal(404, "object_not_found", "No conversation of this exchange is kept.")
        return ok({"about": {"id": one["requestId"], "consumer": one["consumer"], "model": one["model"], "outcome": "success", "truncated": True},
                   "conversation": {"dialect": "openai-chat", "outcome": "success", "request": {"messages": [{"role": "user", "content": "call [phone]"}]}, "answer": None}})

    def on_audit(self, method, parts, query, body, headers, user):
        return page(self.state.audit, query)

    def on_explain(self, method, parts, query, body, headers, user):
        return ok({"allowed": True, "status": None, "code": None, "message": None, "targets": ["deepseek/deepseek-reasoner"], "steps": [
            {"step": "caller", "verdict": "yes", "text": f"consumer {body.get('consumer')}"}, {"step": "model", "verdict": "yes", "text": "split: version stable"}]})

    def playground(self, body):
        headers = {"x-gateway-x-request-id": "req_play", "x-gateway-x-sluice-target": "deepseek/deepseek-reasoner", "x-gateway-x-sluice-attempts": "2",
                   "x-gateway-x-ratelimit-remaining-requests": "17", "x-gateway-content-type": "text/event-stream"}
        if body.get("key") == "sk-wrong":
            error = {"error": {"message": "The key is not known.", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}}
            return {"json": error, "status": 401, "headers": {**headers, "x-gateway-content-type": "application/json"}}
        words = f"Hello from {body['body'].get('model')}. <b>This is text</b>, not markup: 你好。".split(" ")
        usage = {"prompt_tokens": 12, "completion_tokens": len(words), "total_tokens": 12 + len(words)}
        if not body["body"].get("stream"):
            return {"json": {"choices": [{"message": {"role": "assistant", "content": " ".join(words)}, "finish_reason": "stop"}], "usage": usage}, "headers": headers}

        def events():
            yield 'data: {"choices":[{"delta":{"role":"assistant","reasoning_content":"Let me think."}}]}\n\n'
            for word in words:
                time.sleep(0.02)
                yield "data: " + json.dumps({"choices": [{"delta": {"content": word + " "}}]}) + "\n\n"
            yield "data: " + json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": usage}) + "\n\ndata: [DONE]\n\n"

        return {"stream": events(), "headers": {**headers, "content-type": "text/event-stream"}}
