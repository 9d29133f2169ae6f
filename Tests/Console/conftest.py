"""A browser, and a console to look at: that of the mock, or with SLUICE that of the program."""

import os
import pathlib
import re
import shutil
import threading
import urllib.parse

import pytest
from playwright.sync_api import expect, sync_playwright

import gateway
import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOTS = ROOT / ".build" / "console-shots"
PASSWORD = "correct horse"
# Milliseconds until something that is waited for counts as missing: far more than it takes on a machine that has other work.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
REAL = os.environ.get("SLUICE")
FILES = ROOT / "Sources" / "CConsole" / "files"
# The program has the console in it. While it is written, CONSOLE_FILES=1 shows the files of the tree over the program's API.
FROM_TREE = bool(REAL and os.environ.get("CONSOLE_FILES"))


def pytest_collection_modifyitems(items):
    if REAL:
        for item in items:
            if item.get_closest_marker("mock"):
                item.add_marker(pytest.mark.skip(reason="needs the sample data of the mock"))


@pytest.fixture(scope="session")
def browser():
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield found
        found.close()


def of_tree(route):
    path = FILES / (urllib.parse.urlsplit(route.request.url).path.lstrip("/") or "index.html")
    route.fulfill(path=path) if path.is_file() else route.continue_()


class Console:
    """An address where the console is served, and browsers that look at it."""

    def __init__(self, browser, address, gateway_address, make_user):
        self.browser, self.address, self.gateway_address, self.faults, self.contexts = browser, address, gateway_address, [], []
        self.make_user = make_user

    def open(self, path="#/", width=1440, language="en", theme="light", user="admin"):
        """A tab that is signed in as a user, or as nobody with None."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-CN" if language == "zh" else "en-GB",
            permissions=["clipboard-read", "clipboard-write"])
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if FROM_TREE:
            context.route(re.compile(f"^{re.escape(self.address)}(?!api/|health)"), of_tree)
        if user in gateway.USERS:
            self.make_user(user)
        if user:
            answer = context.request.post(self.address + "api/v1/session", data={"name": user, "password": PASSWORD})
            assert answer.ok, answer.text()
        page = context.new_page()
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"{page.url}: a script of a name ran"), dialog.dismiss()))
        page.goto(self.address + path)
        page.wait_for_selector("h1")
        return page

    def heard(self, message):
        # The browser itself reports every answer of 400 and above; that some are refused is what these tests do.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def close(self):
        for context in self.contexts:
            context.close()
        assert not self.faults


def started(options):
    server = mock.serve(**options)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


@pytest.fixture
def new_console(browser):
    """Makes consoles: new_console(is_empty=True, needs_set_up=True)."""
    made = []

    def make(**options):
        if REAL:
            end, *about = gateway.started(REAL, PASSWORD, **options)
        else:
            server, address = started(options)
            # The mock has its users from the beginning.
            end, about = server.shutdown, (address, "https://127.0.0.1:9090", lambda name: None)
        made.append((Console(browser, *about), end))
        return made[-1][0]

    yield make
    try:
        for console, _ in made:
            console.close()
    finally:
        for _, end in made:
            end()


@pytest.fixture
def console(new_console):
    return new_console()
