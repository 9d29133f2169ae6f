"""Why a call would be let in or refused is asked in a page of its own."""

from playwright.sync_api import expect

from conftest import REAL, SHOTS
from test_pages import serious, visit


def test_a_call_is_explained_before_it_is_made(console):
    page = console.open(width=390)
    visit(page, console, "#/exchanges")
    page.get_by_role("link", name="Explain").click()
    page.get_by_label("Consumer").select_option("data-science")
    page.get_by_label("Model").fill("deepseek-r1")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("would be let in", exact=True)).to_be_visible()
    page.screenshot(path=SHOTS / "explain.png", full_page=True)
    assert not serious(page)
    if not REAL:
        return
    page.get_by_label("Model").fill("no-such-model")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("would be refused", exact=True)).to_be_visible()
    expect(page.get_by_text("the model 'no-such-model' does not exist").first).to_be_visible()
    page.get_by_label("From address").fill("nowhere")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".fault:visible").first).to_be_visible()
