"""Changing things: by mouse, by keyboard, in two tabs at once; what is refused stands at its field, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from conftest import SHOTS
from test_pages import visit


def targets(page):
    return page.locator(".chain").first.locator(".target-name b").all_inner_texts()


def review(page):
    page.locator("main").get_by_role("button", name="Review change").click()
    page.wait_for_selector("dialog .dialog-body > .stack")


def publish(page):
    review(page)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_selector("text=Published as revision")


def test_targets_are_moved_by_keyboard(console):
    page = console.open("#/models/deepseek-r1")
    page.wait_for_selector(".grip")
    assert targets(page) == ["deepseek-r1", "deepseek-reasoner", "deepseek-r1"]
    page.locator(".grip").nth(1).focus()
    page.keyboard.press("ArrowUp")
    assert targets(page) == ["deepseek-reasoner", "deepseek-r1", "deepseek-r1"]
    page.keyboard.press("End")
    assert targets(page) == ["deepseek-r1", "deepseek-r1", "deepseek-reasoner"]
    page.wait_for_function("() => document.getElementById('spoken').textContent.includes('3 of 3')")
    publish(page)
    page.reload()
    page.wait_for_selector(".grip")
    assert targets(page) == ["deepseek-r1", "deepseek-r1", "deepseek-reasoner"]


def test_targets_are_moved_by_mouse(console):
    page = console.open("#/models/deepseek-r1")
    page.wait_for_selector(".grip")
    first, last = page.locator(".grip").nth(0).bounding_box(), page.locator(".grip").nth(2).bounding_box()
    page.mouse.move(first["x"] + 6, first["y"] + 6)
    page.mouse.down()
    page.mouse.move(last["x"] + 6, last["y"] + 4, steps=6)
    page.mouse.move(last["x"] + 6, last["y"] + 8)
    page.mouse.up()
    assert targets(page) == ["deepseek-reasoner", "deepseek-r1", "deepseek-r1"]
    assert page.locator(".target-provider").all_inner_texts()[2] == "local"


def test_a_canary_gets_another_weight(console):
    page = console.open("#/models/assistant")
    page.wait_for_selector(".split")
    page.locator(".arm input[type=range]").nth(1).fill("30")
    assert "25 %" in page.locator(".split").inner_text()
    publish(page)
    page.wait_for_selector("main .split")
    visit(page, console, "#/configuration/history")
    page.locator("tbody tr").first.locator("a").click()
    page.wait_for_selector(".diff")
    page.screenshot(path=SHOTS / "revision.png", full_page=True)
    assert "30" in page.locator(".diff").first.inner_text()


def test_a_fault_stands_at_its_field_before_anything_is_published(console):
    page = console.open("#/models/fast")
    box = page.get_by_label("Add target")
    box.first.fill("nobody/gpt")
    page.keyboard.press("Enter")
    fault = page.locator(".field.chain .fault")
    fault.wait_for(state="visible")
    assert "nobody" in fault.inner_text()
    page.get_by_label("First pause").fill("200")
    page.locator(".field:has(input[placeholder='200ms']) .fault").wait_for(state="visible")
    page.screenshot(path=SHOTS / "faults.png", full_page=True)
    review(page)
    page.screenshot(path=SHOTS / "review-refused.png")
    assert page.get_by_text("This cannot take effect").is_visible()
    assert page.get_by_role("button", name="Publish").count() == 0


def test_a_fault_stands_at_its_field_when_that_was_drawn_anew(console):
    page = console.open("#/models/assistant")
    page.wait_for_selector(".split")
    page.get_by_role("button", name="Add version").click()
    page.get_by_label("Add target").first.fill("nobody/gpt")
    page.keyboard.press("Enter")
    fault = page.locator(".arm").first.locator(".fault")
    fault.wait_for(state="visible")
    assert "nobody" in fault.inner_text()


def test_typed_changes_outlive_a_reload_and_can_be_discarded(console):
    page = console.open("#/models/fast")
    page.get_by_label("Reserved output").fill("4096")
    page.reload()
    page.wait_for_selector(".grip")
    assert page.get_by_label("Reserved output").input_value() == "4096"
    assert page.locator(".top .changes").inner_text().strip() == "1 change"
    page.locator("main").get_by_role("button", name="Discard").click()
    page.wait_for_function("() => document.querySelector('.top .changes').hidden")
    expect(page.get_by_label("Reserved output")).to_have_value("")


def test_a_plain_key_of_a_provider_is_never_stored_in_the_browser(console):
    page = console.open("#/providers/local")
    page.locator(".chip-input").first.fill("sk-very-secret")
    page.keyboard.press("Enter")
    assert "sk-very-secret" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    page.reload()
    page.wait_for_selector("text=Its key was forgotten")
    page.locator(".chip-input").first.fill("sk-very-secret")
    page.keyboard.press("Enter")
    publish(page)
    page.reload()
    page.wait_for_selector(".chip-input")
    assert "sk-very-secret" not in page.content()


def two_tabs(console):
    one, other = console.open("#/models/fast"), console.open("#/models/fast")
    for page in (one, other):
        page.wait_for_selector(".grip")
    one.get_by_label("Reserved output").fill("2000")
    other.get_by_label("Retries per target").fill("3")
    publish(one)
    review(other)
    other.wait_for_selector("dialog .conflict")
    return one, other


def test_of_two_tabs_the_later_redoes_its_edit_on_top(console):
    one, other = two_tabs(console)
    other.screenshot(path=SHOTS / "conflict.png")
    assert "reserveOutput: 2000" in other.locator(".conflict").inner_text()
    assert "attempts: 3" in other.locator(".conflict").inner_text()
    other.get_by_role("button", name="Redo mine on top").click()
    other.get_by_role("button", name="Publish").click()
    other.wait_for_selector("text=Published as revision")
    one.reload()
    one.wait_for_selector(".grip")
    assert one.get_by_label("Reserved output").input_value() == "2000"
    assert one.get_by_label("Retries per target").input_value() == "3"


def test_of_two_tabs_the_later_takes_what_is_there(console):
    _, other = two_tabs(console)
    other.get_by_role("button", name="Take theirs").click()
    other.wait_for_function("() => !document.querySelector('dialog[open]')")
    expect(other.get_by_label("Reserved output")).to_have_value("2000")
    expect(other.get_by_label("Retries per target")).to_have_value("")


def test_objects_of_the_file_are_read_only_and_say_so(console):
    page = console.open("#/models/gpt-4o")
    page.wait_for_selector(".target")
    assert page.get_by_text("Defined in sluice.yaml").is_visible()
    assert page.locator(".grip").count() == 0
    assert page.get_by_label("Reserved output").is_disabled()
    assert page.locator("main").get_by_role("button", name="Review change").count() == 0


def test_a_viewer_changes_nothing(console):
    page = console.open("#/models", user="viewer")
    page.wait_for_selector("table")
    assert page.get_by_role("button", name="New model").count() == 0
    visit(page, console, "#/models/fast")
    page.wait_for_selector(".target")
    assert page.get_by_text("Your role may look").is_visible()
    assert page.get_by_label("Reserved output").is_disabled()
    visit(page, console, "#/settings/users")
    assert page.get_by_text("Your role does not allow this").is_visible()


def test_an_object_is_deleted_and_comes_back_with_its_revision(console):
    page = console.open("#/consumers/roles/analyst")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_selector("text=It will be deleted")
    publish(page)
    visit(page, console, "#/consumers/roles")
    assert page.get_by_role("link", name="analyst").count() == 0
    visit(page, console, "#/configuration/history")
    page.locator("tbody tr").nth(1).locator("a").first.click()
    page.get_by_role("button", name="Restore").click()
    page.wait_for_selector("dialog .diff")
    before = page.locator("h1").inner_text()
    page.locator("dialog").get_by_role("button", name="Restore").click()
    expect(page.locator("h1")).not_to_have_text(before)
    visit(page, console, "#/consumers/roles")
    assert page.get_by_role("link", name="analyst").is_visible()


def test_limits_for_everyone_are_edited(console):
    page = console.open("#/limits")
    page.wait_for_selector("text=Add limit")
    before = page.locator(".limit-row").count()
    page.get_by_role("button", name="Add limit").click()
    row = page.locator(".limit-row").last
    row.get_by_label("What is counted").select_option("cost")
    row = page.locator(".limit-row").last
    row.get_by_label("Amount").fill("fifty")
    page.locator(".field.limits .fault").wait_for(state="visible")
    page.locator(".limit-row").last.get_by_label("Amount").fill("50 CNY")
    expect(page.locator(".field.limits .fault")).not_to_contain_text("fifty")
    publish(page)
    page.reload()
    page.wait_for_selector("text=Add limit")
    assert page.locator(".limit-row").count() == before + 1


def test_yaml_is_completed_checked_at_its_line_and_published(console):
    page = console.open("#/configuration")
    area = page.locator(".yaml textarea")
    before = area.input_value()
    area.fill(before.rstrip("\n") + "\nmodls:\n  x: {}\n")
    page.get_by_role("button", name="Check").click()
    page.wait_for_selector(".yaml-lines .bad")
    page.screenshot(path=SHOTS / "yaml-fault.png", full_page=True)
    assert page.locator(".yaml-lines .bad").inner_text() == str(len(before.rstrip("\n").split("\n")) + 1)
    assert page.get_by_text("Unknown key 'modls'").is_visible() or page.get_by_text("modls").first.is_visible()
    area.fill(before.rstrip("\n") + "\n")
    area.press("Control+End")
    page.keyboard.type("rol")
    page.wait_for_selector(".completions [role=option]:has-text('roles')")
    page.screenshot(path=SHOTS / "yaml-completion.png")
    area.fill(re.sub(r"reserveOutput: \d+\n", "", before).replace("  fast:\n", "  fast:\n    reserveOutput: 512\n"))
    page.get_by_role("button", name="Check").click()
    page.wait_for_selector(".diff-item")
    assert "models.fast" in page.locator(".diff-item h3").first.inner_text()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_selector("text=Published as revision")
    visit(page, console, "#/models/fast")
    page.wait_for_selector(".grip")
    assert page.get_by_label("Reserved output").input_value() == "512"


def test_yaml_of_two_tabs_is_not_lost(console):
    one, other = console.open("#/configuration"), console.open("#/models/fast")
    area = one.locator(".yaml textarea")
    mine = area.input_value() + "# mine\n"
    area.fill(mine)
    other.get_by_label("Reserved output").fill("700")
    publish(other)
    one.get_by_role("button", name="Publish").click()
    one.wait_for_selector("text=Somebody else changed")
    assert area.input_value() == mine
    one.reload()
    one.wait_for_selector(".yaml textarea")
    assert one.locator(".yaml textarea").input_value() == mine


@pytest.mark.parametrize("keys,hash", [("gm", "#/models"), ("gx", "#/exchanges"), ("gk", "#/keys"), ("go", "#/")])
def test_keys_lead_to_pages(console, keys, hash):
    page = console.open("#/nodes")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("hash => location.hash === hash", arg=hash)


def test_search_and_help_by_keyboard(console):
    page = console.open("#/nodes")
    page.keyboard.press("?")
    page.wait_for_selector("dialog kbd")
    page.screenshot(path=SHOTS / "keyboard.png")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("deepseek-r")
    page.wait_for_selector("dialog.search [role=option]:has-text('deepseek-r1')")
    page.screenshot(path=SHOTS / "search.png")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash === '#/models/deepseek-r1'")


def test_the_navigation_is_a_drawer_on_a_narrow_screen(console):
    page = console.open("#/models", width=390)
    assert not page.get_by_role("navigation", name="Navigation").is_visible()
    page.get_by_role("button", name="Navigation").click()
    expect(page.get_by_role("link", name="Providers")).to_be_in_viewport()
    page.screenshot(path=SHOTS / "drawer.png")
    page.get_by_role("link", name="Providers").click()
    page.wait_for_selector("h1:text-is('Providers')")
    expect(page.get_by_role("navigation", name="Navigation")).not_to_be_visible()
