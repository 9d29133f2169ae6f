"""What each role is shown, where samples lead, and that much data and a first visit stay quick."""

import pytest

from test_pages import visit

NAVIGATION = ".side a"


def names(page):
    return page.locator(NAVIGATION).all_inner_texts()


def test_a_team_administrator_is_shown_the_pages_of_a_team_only(console):
    page = console.open(user="lin")
    shown = names(page)
    assert "Keys" in shown and "Exchanges" in shown
    assert not {"Providers", "Audit", "Configuration", "Nodes"} & set(shown)
    for path in page.locator(NAVIGATION).evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        visit(page, console, path)
        assert page.get_by_text("Your role does not allow this").count() == 0, path
    visit(page, console, "#/limits")
    assert page.get_by_role("heading", name="Limits for everyone").count() == 0
    visit(page, console, "#/consumers")
    assert page.locator(".tabs a").all_inner_texts() == ["Consumers", "Teams"]


def test_a_viewer_is_shown_all_but_the_audit(console):
    shown = names(console.open(user="viewer"))
    assert "Configuration" in shown and "Audit" not in shown


def test_samples_have_the_address_of_the_gateway_until_another_is_typed(console):
    page = console.open("#/keys/1")
    page.wait_for_selector("main pre")
    page.wait_for_function("address => document.querySelector('main pre').textContent.includes(`curl ${address}/v1/`)", arg=console.gateway_address)
    page.get_by_label("Gateway", exact=True).fill("https://ai.example.com/")
    assert "curl https://ai.example.com/v1/chat" in page.locator("main pre").inner_text()
    page.reload()
    page.wait_for_selector("main pre")
    assert "curl https://ai.example.com/v1/chat" in page.locator("main pre").inner_text()


def test_a_thousand_consumers_are_drawn_as_they_are_scrolled_to(console):
    page = console.open()
    csrf = page.request.get(console.address + "api/v1/session").json()["csrf"]
    changes = [{"op": "put", "collection": "consumers", "name": f"caller-{number:04d}", "value": {}, "etag": None} for number in range(1000)]
    answer = page.request.post(console.address + "api/v1/changes", data={"changes": changes, "note": "many"}, headers={"x-sluice-csrf": csrf}, timeout=60_000)
    assert answer.ok, answer.text()
    visit(page, console, "#/consumers")
    page.wait_for_selector("tbody tr")
    rows = page.locator("tbody tr")
    assert rows.count() <= 200
    assert page.get_by_text("of 1,00").is_visible()
    before = rows.count()
    page.locator(".table-foot").scroll_into_view_if_needed()
    page.wait_for_function("count => document.querySelectorAll('tbody tr').length > count", arg=before)
    page.get_by_role("button", name="Name", exact=True).click()
    page.get_by_role("button", name="Name", exact=True).click()
    assert "客服机器人" in rows.first.inner_text() or "mobile-app" in rows.first.inner_text()


def test_usage_of_the_last_hour_asks_for_whole_hours(console):
    page = console.open("#/usage")
    page.wait_for_function("() => !document.querySelector('main .waiting')")
    with page.expect_request(lambda request: "/usage?" in request.url and "from=" in request.url):
        page.get_by_role("button", name="Hour", exact=True).click()
    assert page.get_by_text("Sums are kept by the hour").is_visible()
    page.wait_for_function("() => !document.querySelector('main .waiting') && location.hash.includes('span=hour')")
    assert page.locator("main .notice.bad").count() == 0


@pytest.mark.parametrize("path", ["#/", "#/models"])
def test_a_first_visit_loads_little(console, path):
    page = console.open(path)
    page.wait_for_function("() => !document.querySelector('main .waiting')")
    files = page.evaluate("performance.getEntriesByType('resource').map((one) => [one.name, one.encodedBodySize])")
    assert sum(size for _, size in files) < 300 * 1024, files
    assert all(name.startswith(console.address) for name, _ in files)
