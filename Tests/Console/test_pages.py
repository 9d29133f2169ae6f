"""Every page in both languages and at both widths: nothing overflows, nothing is refused by the policy, axe finds no serious fault."""

import pytest
from axe_core_python.sync_playwright import Axe

from conftest import SHOTS

PAGES = {
    "overview": "#/", "playground": "#/playground?model=fast", "models": "#/models", "model": "#/models/deepseek-r1", "split": "#/models/assistant",
    "model-of-file": "#/models/gpt-4o", "providers": "#/providers", "provider": "#/providers/deepseek", "consumers": "#/consumers",
    "consumer": "#/consumers/consumers/data-science", "teams": "#/consumers/teams", "roles": "#/consumers/roles/analyst", "keys": "#/keys", "key": "#/keys/1",
    "limits": "#/limits", "usage": "#/usage?by=model,consumer", "prices": "#/usage/prices", "price": "#/usage/prices/local%2F*", "exchanges": "#/exchanges",
    "explain": "#/exchanges/explain?consumer=data-science&model=deepseek-r1", "audit": "#/audit", "configuration": "#/configuration", "history": "#/configuration/history", "nodes": "#/nodes", "settings": "#/settings",
    "users": "#/settings/users", "tokens": "#/settings/tokens", "secrets": "#/settings/secrets", "gateway": "#/settings/gateway", "password": "#/settings/password",
}
ONLY_MOCK = {"exchange": "#/exchanges/ex_00000004"}


def visit(page, console, path):
    page.goto(console.address + path)
    page.wait_for_function("path => location.hash.split('?')[0] === path.split('?')[0] && document.querySelector('main h1') && !document.querySelector('main .waiting')", arg=path)


def serious(page):
    """What axe finds that keeps somebody from using the page."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    return [f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found["violations"] if one["impact"] in ("serious", "critical")
            for node in one["nodes"]]


@pytest.mark.parametrize("language,width,theme", [("en", 1440, "light"), ("zh", 1440, "dark"), ("en", 390, "dark"), ("zh", 390, "light")])
def test_every_page_fits_and_is_accessible(console, language, width, theme):
    page = console.open(width=width, language=language, theme=theme)
    faults = []
    for name, path in {**PAGES, **ONLY_MOCK}.items():
        visit(page, console, path)
        page.screenshot(path=SHOTS / f"{name}-{language}-{width}-{theme}.png", full_page=True)
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            faults.append(f"{name}: {across} pixels wide")
        faults += [f"{name}: {fault}" for fault in serious(page)]
    if faults:
        pytest.fail("\n".join(faults))


@pytest.mark.mock
def test_markup_in_names_stays_text(new_console):
    console = new_console(hostile=True)
    page = console.open()
    from mock_data import HOSTILE
    for path in {**PAGES, **ONLY_MOCK}.values():
        visit(page, console, path)
        assert page.locator("main img, main [onerror]").count() == 0
    visit(page, console, "#/consumers")
    assert page.get_by_role("link", name=HOSTILE, exact=True).is_visible()
    page.get_by_role("link", name=HOSTILE, exact=True).click()
    page.wait_for_selector(".field")
    assert page.locator("h1").inner_text() == HOSTILE
    visit(page, console, "#/")
    assert page.locator("main a[href^='javascript']").count() == 0


def test_the_language_can_be_switched_and_is_kept(console):
    page = console.open("#/models")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("h1:text-is('模型')")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.reload()
    page.wait_for_selector("h1:text-is('模型')")


def test_the_theme_can_be_switched(console):
    page = console.open("#/settings")
    page.get_by_role("button", name="dark", exact=True).click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_path_that_the_server_does_not_have_says_so(console):
    page = console.open()
    page.route("**/api/v1/nodes", lambda route: route.fulfill(
        status=404, content_type="application/problem+json", body='{"status":404,"code":"unknown_path","title":"Not found","detail":"unknown"}'))
    visit(page, console, "#/nodes")
    assert page.get_by_text("This server does not offer this yet").is_visible()


def test_a_server_that_is_gone_is_told_and_asked_again(console):
    page = console.open()
    page.route("**/api/v1/nodes", lambda route: route.abort())
    visit(page, console, "#/nodes")
    assert page.get_by_text("The server does not answer").is_visible()
    page.unroute("**/api/v1/nodes")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("main table")
