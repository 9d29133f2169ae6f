"""The first two minutes: administrator, provider, model, consumer, key, first answer."""

import pytest

from conftest import PASSWORD, SHOTS
from test_pages import visit

WORDS = {
    "en": {"create": "Create administrator", "add": "Add provider", "search": "Search", "continue": "Continue", "review": "Review change", "publish": "Publish", "published": "Published as revision",
           "consumer": "New consumer", "key": "New key", "make": "Create key", "copy": "Copy", "kept": "I have copied it", "name": "Name", "url": "Base URL", "addTarget": "Add target", "model": "New model",
           "message": "Message", "send": "Send", "keyField": "Key", "test": "Test connection", "enough": "At least 10 characters."},
    "zh": {"create": "创建管理员", "add": "添加提供商", "search": "搜索", "continue": "继续", "review": "审阅更改", "publish": "发布", "published": "已发布为修订",
           "consumer": "新建消费者", "key": "新建密钥", "make": "创建密钥", "copy": "复制", "kept": "我已复制", "name": "名称", "url": "基础 URL", "addTarget": "添加目标", "model": "新建模型",
           "message": "消息", "send": "发送", "keyField": "密钥", "test": "测试连接", "enough": "至少 10 个字符。"},
}


@pytest.mark.parametrize("language,width", [("en", 1440), ("zh", 390)])
def test_from_nothing_to_the_first_answer(new_console, language, width):
    console, words = new_console(is_empty=True, needs_set_up=True), WORDS[language]
    page = console.open(width=width, language=language, user=None)
    shot = lambda name: page.screenshot(path=SHOTS / f"story-{name}-{language}-{width}.png")
    button = lambda name, place=page: place.get_by_role("button", name=name, exact=True)
    dialog = page.locator("dialog")

    page.fill("input[type=password]", "short")
    button(words["create"]).click()
    page.locator(".fault:visible").first.wait_for()
    shot("1-set-up")
    page.fill("input[type=password]", PASSWORD)
    button(words["create"]).click()
    page.wait_for_selector(".steps")
    shot("2-first-steps")

    page.locator(".steps a").first.click()
    dialog.get_by_label(words["search"]).fill("echo")
    shot("3-kinds")
    dialog.locator(".kind").first.click()
    dialog.get_by_label(words["name"]).fill("try-out")
    button(words["test"]).click()
    dialog.locator(".notice.good").wait_for()
    shot("4-tested")
    button(words["continue"]).click()
    page.wait_for_selector("h1:text-is('try-out')")

    visit(page, console, "#/models")
    button(words["model"]).first.click()
    dialog.get_by_label(words["name"]).fill("hello")
    button(words["continue"]).click()
    page.get_by_label(words["addTarget"]).first.fill("try-out/echo")
    page.keyboard.press("Enter")
    visit(page, console, "#/consumers")
    button(words["consumer"]).first.click()
    dialog.get_by_label(words["name"]).fill("my-app")
    button(words["continue"]).click()
    page.wait_for_selector("h1:text-is('my-app')")
    button(words["review"], page.locator("main")).click()
    button(words["publish"]).wait_for()
    shot("5-review")
    button(words["publish"]).click()
    page.wait_for_selector(f"text={words['published']}")

    visit(page, console, "#/keys")
    button(words["key"]).first.click()
    dialog.locator("input").first.wait_for()
    shot("6-new-key")
    button(words["make"]).click()
    dialog.locator(".secret-once").wait_for()
    shot("7-key")
    button(words["copy"], dialog.locator(".secret-once")).click()
    key = page.evaluate("navigator.clipboard.readText()")
    assert key == dialog.locator(".secret-once code").inner_text() and key.startswith("sk-")
    for sample in ("Python", "Node", "Swift", "cURL"):
        button(sample, dialog).click()
        assert key in dialog.locator("pre").inner_text()
    dialog.locator("footer a").click()

    page.wait_for_selector("h1.page-name")
    page.get_by_label(words["message"], exact=True).fill("Hello <b>you</b>")
    assert page.locator("#playground-key").input_value() == key
    button(words["send"]).click()
    page.wait_for_selector(".figures")
    shot("8-answer")
    assert page.locator(".message b", has_text="you").count() == 0
    assert page.locator(".figures").inner_text()


@pytest.mark.mock
def test_two_models_answer_side_by_side_and_errors_are_shown(console):
    page = console.open("#/playground?model=fast&and=deepseek-r1")
    page.get_by_label("Message", exact=True).fill("Hi")
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("() => document.querySelectorAll('.figures').length === 2")
    assert page.locator(".talks").inner_text().count("<b>This is text</b>") == 2
    page.locator("main summary").first.click()
    assert page.get_by_text("deepseek/deepseek-reasoner").first.is_visible()
    page.screenshot(path=SHOTS / "compare.png", full_page=True)
    page.locator("#playground-key").fill("sk-wrong")
    page.get_by_label("Message", exact=True).fill("Again")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector(".message .fault")
    assert "HTTP 401 · The key is not known." in page.locator(".message .fault").first.inner_text()


def test_a_wrong_password_is_told_and_the_page_comes_after_signing_in(console):
    page = console.open("#/models", user=None)
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("text=The name or the password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("h1:text-is('Models')")
    page.locator(".user-menu summary").click()
    page.screenshot(path=SHOTS / "user-menu.png")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("h1:text-is('Sign in')")


def test_a_key_is_changed_disabled_rotated_and_revoked(console):
    page = console.open("#/keys?consumer=data-science")
    page.locator("tbody tr", has_text="active").first.locator("a").click()
    page.get_by_label("Note").fill("changed")
    page.get_by_role("button", name="Add limit").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Saved.")
    page.wait_for_selector("main .limit-row")
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Enable").click()
    page.get_by_role("button", name="Rotate").click()
    page.locator("dialog").get_by_role("button", name="Rotate").click()
    page.locator("dialog .secret-once").wait_for()
    page.get_by_role("button", name="I have copied it").click()
    page.get_by_role("button", name="Revoke").click()
    page.locator("dialog").get_by_role("button", name="Revoke").click()
    page.wait_for_selector("main .badge:has-text('revoked')")


def test_users_tokens_and_secrets(console):
    page = console.open("#/settings/users")
    dialog = page.locator("dialog")
    page.get_by_role("button", name="Add user").click()
    dialog.get_by_label("Name").fill("wei")
    dialog.get_by_label("Password").fill("a long password")
    dialog.get_by_role("button", name="Add user").click()
    page.wait_for_selector("td:has-text('wei')")
    visit(page, console, "#/settings/tokens")
    page.get_by_role("button", name="New token").first.click()
    dialog.get_by_label("Label").fill("pipeline")
    dialog.get_by_role("button", name="New token").click()
    dialog.locator(".secret-once").wait_for()
    assert dialog.locator(".secret-once code").inner_text().startswith("slt_")
    page.get_by_role("button", name="I have copied it").click()
    visit(page, console, "#/settings/secrets")
    page.get_by_role("button", name="New secret").first.click()
    dialog.get_by_label("Name").fill("extra")
    dialog.get_by_label("Value").fill("hidden value")
    dialog.get_by_role("button", name="Save").click()
    page.wait_for_selector("code:has-text('secret:extra')")
    assert "hidden value" not in page.content()


@pytest.mark.mock
def test_exchanges_are_filtered_in_the_address_and_opened(console):
    page = console.open("#/exchanges")
    page.wait_for_selector("tbody tr")
    page.get_by_label("Outcome").select_option("failed")
    page.wait_for_function("() => location.hash.includes('outcome=failed')")
    page.wait_for_function("() => [...document.querySelectorAll('tbody .badge')].every((badge) => badge.textContent === 'failed')")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".timeline")
    assert page.get_by_text("No target could answer").is_visible()
    page.go_back()
    page.wait_for_function("() => location.hash.includes('outcome=failed')")
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 100")


@pytest.mark.mock
def test_a_conversation_shows_when_it_is_asked_for(console):
    page = console.open("#/exchanges?outcome=completed")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".timeline")
    assert not page.get_by_text("call [phone]").count()
    page.get_by_role("button", name="Show it").click()
    page.get_by_text("call [phone]").wait_for()
    assert page.get_by_text("some of it is left out").is_visible()


@pytest.mark.mock
def test_usage_is_downloaded_and_charts_have_a_table(console):
    page = console.open("#/usage")
    page.wait_for_selector("tbody tr")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.get_by_role("button", name="Show as a table").click()
    assert page.locator(".plot-data th[scope=row]").count() == 8
    page.locator(".plot").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".plot-note").is_visible()
