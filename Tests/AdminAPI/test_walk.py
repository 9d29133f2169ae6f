"""A day of an administrator: every operation of the document succeeds once, and each answer is what the document says."""

import time

from gateway import PASSWORD

NEW = {"if-none-match": "*"}


def test_every_operation_does_what_the_document_says(client):
    watch(client)
    people(client)
    objects(client)
    revisions(client)
    keys(client)
    calls(client)
    conversations(client)
    session(client)
    # The way of a browser: Tests/SDK/test_sign_in.py and Tests/Console/test_sign_in.py go it with an issuer.
    assert client.done == set(client.operations) - {"startSignIn", "endSignIn"}


def watch(client):
    assert client("getOpenAPI")[0] == client.document
    client("getLiveness")
    client("getReadiness")
    assert "sluice_" in client("getMetrics")[0]
    client("getConfig")
    client("reloadConfig")
    client("listNodes")
    client("listHealth")
    assert client("getCache")[0]["store"] == "memory"
    assert client("clearCache", query={"model": "nothing"})[0]["answers"] == 0
    client("listProviderKinds")
    client("testProvider", "upstream")
    assert client("testProviderDraft", body={"value": {"kind": "openai", "url": "http://127.0.0.1:9/v1"}})[0]["ok"] is False


def people(client):
    client("createUser", body={"name": "eve", "role": "viewer", "password": PASSWORD}, status=201)
    client("createUser", body={"name": "eve", "role": "viewer", "password": PASSWORD}, status=409)
    assert client("listUsers", query={"limit": 1})[0]["next"]
    client("changeUser", "eve", body={"role": "team-administrator", "team": "blue"})
    assert client("getUser", "eve")[0]["team"] == "blue"
    client("deleteUser", "eve", status=204)
    token, _ = client("createToken", body={"label": "ci", "role": "operator", "expiresAt": "2100-01-01T00:00:00Z"}, status=201)
    client("listTokens")
    client("deleteToken", token["id"], status=204)
    client("listAudit")
    client("putSecret", "provider.x", body={"value": "hush"}, status=201)
    client("putSecret", "provider.x", body={"value": "hush, hush"})
    client("listSecrets")
    client("deleteSecret", "provider.x", status=204)


def objects(client):
    made = [
        ("Organisation", "umbrella", {}), ("Team", "red", {"organisation": "umbrella"}),
        ("Role", "reader", {"surfaces": ["chat"]}), ("Consumer", "batch/1", {"team": "red", "roles": ["reader"]}),
        ("Provider", "second", {"kind": "openai", "url": "http://127.0.0.1:9/v1", "keys": ["plain"]}),
        ("Model", "fast", {"targets": ["upstream/gpt-4o", "second/x"]}),
        ("Price", "upstream/*", {"input": "1 USD", "output": "2 USD"}),
    ]
    for what, name, value in made:
        client(f"put{what}", name, body=value, headers=NEW, status=201)
        client(f"put{what}", name, body=value, status=428)
        client(f"put{what}", name, body=value, headers={"if-match": '"other"'}, status=412)
        client(f"put{what}", name, body={"nonsense": 1}, headers=NEW, status=409)
        client(f"put{what}", "another", body={"nonsense": 1}, headers=NEW, status=422)
        shown, headers = client(f"get{what}", name)
        assert shown["etag"] == headers["etag"]
        client(f"put{what}", name, body=value, headers={"if-match": shown["etag"]}, query={"dryRun": "true"})
        assert client(f"list{what}s", query={"q": name})[0]["total"] == 1
    for what, name, _ in reversed(made):
        if what != "Price":
            client(f"delete{what}", name, headers={"if-match": client(f"get{what}", name)[1]["etag"]})
    client("deletePrice", "upstream/*", headers={"if-match": client("getPrice", "upstream/*")[1]["etag"]}, query={"dryRun": "true"})
    client("deleteProvider", "upstream", headers={"if-match": '"x"'}, status=409)


def revisions(client):
    limits, headers = client("getLimits")
    client("putLimits", body=[{"requests": 5000, "per": "day"}], headers={"if-match": headers["etag"]}, query={"note": "less"})
    client("putLimits", body=[], headers={"if-match": client("getLimits")[1]["etag"]})
    client("change", body={"changes": [
        {"op": "put", "collection": "consumers", "name": "web", "value": {"team": "blue"}},
        {"op": "put", "collection": "limits", "name": "limits", "value": [{"concurrent": 50}]},
    ], "note": "two at once"}, status=428)
    client("change", body={"changes": [{"op": "put", "collection": "consumers", "name": "web", "value": {"team": "blue"}}]})
    document, headers = client("getConfiguration")
    client("putConfiguration", body={"yaml": document["yaml"] + "\nteams:\n  green: {}\n"}, headers={"if-match": headers["etag"]})
    client("putConfiguration", body={"yaml": document["yaml"]}, headers={"if-match": headers["etag"]}, status=412)
    client("getEffectiveConfiguration")
    client("getConfigurationSchema")
    page, _ = client("listRevisions", query={"limit": 1})
    assert page["next"] and client("listRevisions", query={"cursor": page["next"]})[0]["data"]
    number = page["data"][0]["number"]
    assert client("getRevision", number)[0]["diff"]
    client("getRevision", 10**9, status=404)
    client("restoreRevision", number - 1)


def keys(client):
    rules = {"models": ["gpt-4o"], "limits": ["20 requests per day"], "retries": 1, "timeout": "30s", "ips": ["127.0.0.0/8"]}
    made, headers = client("createKey", body={"consumer": "app", "note": "notebook", **rules}, status=201)
    number = made["issued"]["id"]
    assert headers["location"] == f"/api/v1/keys/{number}"
    client("changeKey", number, body={"note": None, "limits": None})
    client("disableKey", number)
    client("enableKey", number)
    assert client("getKey", number)[0]["limits"] == []
    successor, _ = client("rotateKey", number, body={"grace": "1h"}, status=201)
    client("revokeKey", number)
    client("rotateKey", number, body={}, status=409)
    assert client("listKeys", query={"consumer": "app", "state": "revoked"})[0]["total"] == 1
    client.key, client.number = successor["key"], successor["issued"]["id"]
    client("listQuotas", query={"consumer": "app"})
    client("addToQuota", "starter", body={"amount": 100, "subject": "app"})
    client("setQuota", "starter", body={"amount": "5000", "subject": "app"})


def calls(client):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello?"}], "max_tokens": 10}
    answer, headers = client("callGateway", body={"key": client.key, "path": "/v1/chat/completions", "body": body})
    assert answer["choices"] and headers["x-gateway-content-type"]
    client("explain", body={"key": client.number, "model": "gpt-4o", "surface": "chat"})
    client("explain", body={"consumer": "app", "model": "none"})
    assert client("getTelemetry")[0] == {"traces": None}
    assert client("getLimitUsage", query={"consumer": "app", "model": "gpt-4o"})[0]["data"]
    deadline = time.monotonic() + 60
    while not client("listExchanges", query={"consumer": "app", "outcome": "completed,limited", "status": "2xx"})[0]["data"]:
        assert time.monotonic() < deadline, "the call does not come into the ledger"
        time.sleep(0.2)
    exchange = client("listExchanges")[0]["data"][0]
    assert client("getExchange", exchange["id"])[0]["timeline"]
    for span in ("hour", "day", "week", "month"):
        assert client("getOverview", query={"span": span})[0]["totals"]["requests"] >= 1
    assert client("getUsage", query={"by": "model,key,day", "from": "2020-01-01"})[0]["data"][0]["requests"] == 1
    assert client("getUsage", headers={"accept": "text/csv"})[0].startswith("consumer,")


def conversations(client):
    deadline = time.monotonic() + 60
    while not client("listConversations", query={"consumer": "app", "model": "gpt-4o", "from": "2020-01-01"})[0]["data"]:
        assert time.monotonic() < deadline, "the conversation is not kept"
        time.sleep(0.2)
    number = client("listConversations")[0]["data"][0]["id"]
    said = client("getConversation", number)[0]["conversation"]
    assert said["request"]["messages"][0]["content"] == "Hello?"
    client("deleteConversations", status=400)
    client("deleteConversation", number, status=204)
    client("getConversation", number, status=404)
    assert client("deleteConversations", query={"consumer": "app"})[0]["deleted"] == 0


def session(client):
    client.headers = {}
    client("getSetUp")
    client("signIn", body={"name": "admin", "password": "wrong"}, status=401)
    entered, headers = client("signIn", body={"name": "admin", "password": PASSWORD})
    client.headers = {"cookie": headers["set-cookie"].split(";")[0]}
    client("signOut", status=403)
    client.headers["x-sluice-csrf"] = client("getSession")[0]["csrf"]
    other = "another horse"
    client("changePassword", body={"old": PASSWORD, "new": "short"}, status=400)
    _, headers = client("changePassword", body={"old": PASSWORD, "new": other})
    client.headers = {"cookie": headers["set-cookie"].split(";")[0]}
    client.headers["x-sluice-csrf"] = client("getSession")[0]["csrf"]
    client("signOut", status=204)
    assert client("getSession", status=401)[0]["code"] == "not_signed_in"
    client("setUp", body={"name": "eve", "password": PASSWORD}, status=409)
