"""Takes the pictures: the program itself with a month of calls, seen by Debian's Chromium."""

import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Console"))
import gateway  # noqa: E402
import sample  # noqa: E402
import upstream  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LARGEST = 120 * 1024
PASSWORD = "correct horse"


class Program:
    """The gateway in a directory of its own."""

    def __init__(self, folder, provider):
        self.folder = folder
        (folder / "sluice.yaml").write_text(sample.configuration(provider))
        self.admin, self.port = gateway.free_port(), gateway.free_port()
        self.address = f"http://127.0.0.1:{self.admin}/"
        self.process = None

    def start(self):
        environment = {**os.environ, "DEEPSEEK_API_KEY": "sk-a", "DASHSCOPE_API_KEY": "sk-b", "DASHSCOPE_API_KEY_2": "sk-c"}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [os.environ["SLUICE"], "serve", "--config", "sluice.yaml", "--gateway", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{self.admin}",
                 "--data", str(self.folder)], cwd=self.folder, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while True:
            try:
                return urllib.request.urlopen(self.address + "api/v1/setup", timeout=5).read()
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-4000:]) from None
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(40)

    def call(self, key, model, user, stream=False):
        body = {"model": model, "stream": stream, "messages": [{"role": "user", "content": "What is a sluice?"}]}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(body).encode(), {
            "authorization": f"Bearer {key}", "content-type": "application/json", "x-user-id": user})
        try:
            urllib.request.urlopen(request, timeout=20).read()
        except urllib.error.HTTPError:
            pass  # Some are refused by their limits: that is what the picture shows.


def prepared(program, provider):
    """Tables, a month of calls, objects, keys, and some calls of now. → a key, and what the API says of it."""
    program.start()
    program.stop()
    sample.fill_ledger(program.folder / "sluice.db.ledger")
    program.start()
    api = gateway.Api(program.address)
    api.call("POST", "setup", {"name": "admin", "password": PASSWORD})
    api.call("POST", "changes", {"changes": sample.changes(provider), "note": "first models and consumers"})
    keys = {}
    for consumer, note in [("mobile-app", "iOS and Android"), ("客服机器人", "production"), ("nightly-reports", "cron")]:
        keys[consumer] = api.call("POST", "keys", {"consumer": consumer, "note": note})["key"]
    made = api.call("POST", "keys", {"consumer": "data-science", "note": "playground", "models": ["fast", "qwen-plus"], "limits": ["200 requests per day"]})
    for number in range(34):
        program.call(keys["mobile-app"], "fast", f"user-{1 if number > 26 else number % 4}", stream=number % 2 == 0)
    for _ in range(4):
        program.call(keys["nightly-reports"], "fast", "cron")
    model = api.call("GET", "models/assistant")
    for arm, weight in zip(model["value"]["split"], (75, 25)):
        arm["weight"] = weight
    api.call("POST", "changes", {"note": "canary to 25 %", "changes": [
        {"op": "put", "collection": "models", "name": "assistant", "value": model["value"], "etag": model["etag"]}]})
    return made["key"], made["issued"]


class Camera:
    def __init__(self, browser, program):
        self.browser, self.program = browser, program

    def page(self, path, language="en", theme="light"):
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme, locale="zh-CN" if language == "zh" else "en-US",
                                           timezone_id="Asia/Shanghai", reduced_motion="reduce")
        if os.environ.get("CONSOLE_FILES"):
            from conftest import of_tree
            context.route(lambda address: address.startswith(self.program.address) and "/api/" not in address, of_tree)
        assert context.request.post(self.program.address + "api/v1/session", data={"name": "admin", "password": PASSWORD}).ok
        page = context.new_page()
        page.goto(self.program.address + path)
        self.settle(page)
        return page

    @staticmethod
    def settle(page):
        page.wait_for_function("() => document.querySelector('main h1') && !document.querySelector('main .waiting')")
        page.wait_for_load_state("networkidle")

    def shoot(self, page, name):
        """The visible part of a page, in as many colours as fit."""
        page.mouse.move(0, 0)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        for colours in (256, 128, 64, 32):
            data = io.BytesIO()
            picture.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
            if data.tell() < LARGEST:
                break
        else:
            raise SystemExit(f"{name} has {data.tell()} bytes")
        (IMAGES / f"{name}.png").write_bytes(data.getvalue())
        print(f"{name}.png {data.tell() // 1024} KiB, {colours} colours", flush=True)


def take(camera, key, issued):
    camera.shoot(camera.page("#/"), "overview")
    camera.shoot(camera.page("#/", "zh", "dark"), "overview-zh")
    page = camera.page("#/models/fast")
    page.wait_for_selector(".grip")
    camera.shoot(page, "model")
    page = camera.page("#/models/assistant")
    page.locator(".arm input[type=range]").nth(1).fill("40")
    page.locator("main").get_by_role("button", name="Review change").click()
    page.wait_for_selector("dialog .diff")
    camera.shoot(page, "review")
    camera.shoot(camera.page(f"#/keys/{issued['id']}"), "key")
    camera.shoot(camera.page("#/limits"), "limits")
    camera.shoot(camera.page("#/usage?by=model,consumer"), "usage")
    page = camera.page("#/exchanges")
    page.locator("tbody tr", has_text="2 tries").first.locator("a").click()
    page.wait_for_selector(".timeline")
    camera.shoot(page, "exchange")
    page = camera.page("#/exchanges", "zh")
    camera.shoot(page, "exchanges-zh")
    page = camera.page("#/playground?model=fast&and=qwen-plus")
    page.locator("#playground-key").fill(key)
    page.get_by_label("Message", exact=True).fill("What does a sluice do, in two sentences?")
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("() => document.querySelectorAll('.figures').length === 2")
    camera.shoot(page, "playground")


def main():
    IMAGES.mkdir(parents=True, exist_ok=True)
    provider = upstream.started()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-screenshots-"))
    program = Program(folder, provider)
    try:
        made = prepared(program, provider)
        with sync_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"])
            take(Camera(browser, program), *made)
            browser.close()
    finally:
        if program.process and program.process.poll() is None:
            program.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
