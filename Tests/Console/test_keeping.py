"""What is kept of calls is said in forms: answers that are given again, and conversations."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from conftest import REAL, SHOTS
from test_editing import publish
from test_pages import serious, visit

needs_program = pytest.mark.skipif(not REAL, reason="needs the program, named in SLUICE")
HOLDERS = [("consumers", "data-science", "as its team"), ("teams", "apps", "as its organisation"), ("organisations", "acme", "off by default")]


def value(page, console, collection, name):
    """What the configuration has."""
    answer = page.request.get(f"{console.address}api/v1/{collection}/{name}")
    assert answer.ok, answer.text()
    return answer.json()["value"]


def post(page, console, path, body):
    csrf = page.request.get(console.address + "api/v1/session").json()["csrf"]
    answer = page.request.post(f"{console.address}api/v1/{path}", data=body, headers={"x-sluice-csrf": csrf})
    assert answer.ok, answer.text()
    return answer.json()


def put(page):
    """Publishes, and opens the page anew with what the server has."""
    publish(page)
    page.wait_for_function("() => !document.querySelector('dialog[open]')")
    page.reload()
    fields(page)[0].wait_for()


def fields(page):
    """The switch of the cache, and the time beside it."""
    return page.get_by_label("Cache", exact=True), page.get_by_label("Answers are kept for")


def test_the_cache_of_a_model_is_on_off_or_not_said(console):
    page = console.open("#/models/fast")
    switch, ttl = fields(page)
    expect(switch).to_have_value("")
    switch.select_option("on")
    put(page)
    assert value(page, console, "models", "fast")["cache"] is True
    ttl.fill("2h")
    put(page)
    assert value(page, console, "models", "fast")["cache"] == {"ttl": "2h"}
    expect(switch).to_have_value("true")
    expect(ttl).to_have_value("2h")
    # It stays on without a time of its own.
    ttl.fill("")
    put(page)
    assert value(page, console, "models", "fast")["cache"] is True
    switch.select_option("off")
    expect(ttl).to_be_disabled()
    put(page)
    assert value(page, console, "models", "fast")["cache"] is False
    switch.select_option("")
    expect(ttl).to_be_enabled()
    put(page)
    assert "cache" not in value(page, console, "models", "fast")


def test_a_time_switches_the_cache_on_and_a_wrong_one_is_told_at_its_field(console):
    page = console.open("#/models/fast")
    switch, ttl = fields(page)
    ttl.fill("2")
    expect(switch).to_have_value("true")
    fault = page.locator(".field", has=ttl).locator(".fault")
    fault.wait_for(state="visible")
    expect(ttl).to_have_attribute("aria-invalid", "true")
    assert switch.get_attribute("aria-invalid") is None
    page.screenshot(path=SHOTS / "cache-fault.png", full_page=True)
    ttl.fill("2m")
    fault.wait_for(state="hidden")
    switch.select_option("off")
    expect(ttl).to_have_value("")
    put(page)
    assert value(page, console, "models", "fast")["cache"] is False


@pytest.fixture
def sealing(new_console, tmp_path):
    """A console over a gateway that has a key to seal conversations with."""
    if not REAL:
        return new_console()
    key = tmp_path / "master.key"
    subprocess.run([REAL, "secrets", "generate-key", "--output", key], check=True, capture_output=True)
    return new_console(settings=f'storage: {{ masterKey: "file:{key}" }}\n')


@pytest.mark.parametrize("collection,name,unsaid", HOLDERS)
def test_cache_and_conversations_of_who_calls(sealing, collection, name, unsaid):
    console = sealing
    page = console.open(f"#/consumers/{collection}/{name}", width=390)
    switch, ttl = fields(page)
    conversations = page.get_by_label("Conversations", exact=True)
    assert conversations.locator("option").all_text_contents() == [unsaid, "on", "off"]
    ttl.fill("30m")
    conversations.select_option("on")
    page.screenshot(path=SHOTS / f"keeping-{collection}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not serious(page)
    put(page)
    found = value(page, console, collection, name)
    assert (found["cache"], found["conversations"]) == ({"ttl": "30m"}, True)
    expect(switch).to_have_value("true")
    expect(conversations).to_have_value("true")
    switch.select_option("off")
    conversations.select_option("off")
    put(page)
    found = value(page, console, collection, name)
    assert (found["cache"], found["conversations"]) == (False, False)
    conversations.select_option("")
    put(page)
    assert "conversations" not in value(page, console, collection, name)


def test_the_cache_of_a_key_is_on_off_or_not_said(console):
    page = console.open("#/keys?consumer=data-science")
    page.locator("tbody tr", has_text="active").first.locator("a").click()
    switch, ttl = fields(page)
    switch.wait_for()
    path = page.evaluate("location.hash.slice(2)")
    for chosen, wanted, lasting in (("on", True, "1h"), ("off", False, None), ("", None, None)):
        switch.select_option(chosen)
        ttl.fill(lasting or "")
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.get_by_role("button", name="Save").click()
        page.reload()
        expect(switch).to_have_value({True: "true", False: "false", None: ""}[wanted])
        expect(ttl).to_have_value(lasting or "")
        key = page.request.get(f"{console.address}api/v1/{path}").json()
        assert (key.get("cache"), key.get("cacheTTL")) == (wanted, lasting)


@needs_program
def test_conversations_without_a_key_to_seal_them_with_are_refused_at_their_field(console):
    page = console.open("#/consumers/consumers/data-science")
    conversations = page.get_by_label("Conversations", exact=True)
    conversations.select_option("on")
    fault = page.locator(".field", has=conversations).locator(".fault")
    fault.wait_for(state="visible")
    assert "storage.masterKey" in fault.inner_text()
    expect(conversations).to_have_attribute("aria-invalid", "true")


@needs_program
def test_the_gateway_does_what_the_forms_say(sealing):
    console = sealing
    page = console.open()
    post(page, console, "changes", {"note": "echo", "changes": [
        {"op": "put", "collection": "providers", "name": "mirror", "value": {"kind": "echo"}, "etag": None},
        {"op": "put", "collection": "models", "name": "hello", "value": {"targets": ["mirror/echo"]}, "etag": None}]})
    key = post(page, console, "keys", {"consumer": "data-science"})["key"]

    def call():
        body = json.dumps({"model": "hello", "messages": [{"role": "user", "content": "Is it kept?"}]}).encode()
        request = urllib.request.Request(console.gateway_address + "/v1/chat/completions", body,
                                         {"authorization": f"Bearer {key}", "content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()
            return answer.headers["x-sluice-cache"], answer.headers["x-request-id"]

    # The key and the change are there at once, or a moment later.
    def until(wanted):
        deadline = time.monotonic() + 20
        while True:
            try:
                found = wanted()
            except urllib.error.HTTPError:
                found = None
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.1)

    assert until(call)[0] is None
    visit(page, console, "#/models/hello")
    fields(page)[0].select_option("on")
    publish(page)
    assert until(lambda: call()[0] == "hit")
    visit(page, console, "#/consumers/consumers/data-science")
    fields(page)[0].select_option("off")
    page.get_by_label("Conversations", exact=True).select_option("on")
    publish(page)
    assert until(lambda: call()[0] is None)
    listed = lambda: page.request.get(console.address + "api/v1/conversations?consumer=data-science").json()["data"]
    assert until(listed)
    exchange = listed()[0]["id"]
    # The ledger takes calls when the machine has a core to spare.
    assert until(lambda: page.request.get(f"{console.address}api/v1/exchanges/{exchange}").ok)
    visit(page, console, f"#/exchanges/{exchange}")
    page.get_by_role("button", name="Show it").click()
    page.get_by_text("Is it kept?").first.wait_for()
