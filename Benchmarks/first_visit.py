"""How much a first visit of the console loads, and how soon it can be used: .build/console-venv/bin/python Benchmarks/first_visit.py.

SLUICE names the program (.build/release/sluice). Each visit is a browser context without a cache, in Debian's Chromium, over the loopback
interface. A page can be used when what it shows has replaced the grey lines. Tests/Console/run makes the environment.
"""

import os
import pathlib
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "Console"))
import gateway  # noqa: E402

PASSWORD = "correct horse"
VISITS = 15
PAGES = {"overview": "#/", "a model": "#/models/deepseek-r1", "exchanges": "#/exchanges", "configuration": "#/configuration"}
READY = "() => document.querySelector('main h1') && !document.querySelector('main .waiting')"
LOADED = "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map((one) => [one.encodedBodySize, one.transferSize])"


def visit(browser, address, path):
    """Bytes of bodies, files and milliseconds."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.request.post(address + "api/v1/session", data={"name": "admin", "password": PASSWORD})
    page = context.new_page()
    # Counted in the page itself, from the beginning of the navigation.
    page.add_init_script(f"""
        new MutationObserver((_, observer) => {{
          if (!({READY})()) return
          observer.disconnect()
          requestAnimationFrame(() => {{ window.readyAfter = performance.now() }})
        }}).observe(document, {{ subtree: true, childList: true }})""")
    page.goto(address + path)
    page.wait_for_function("() => window.readyAfter")
    took, files = page.evaluate("window.readyAfter"), page.evaluate(LOADED)
    context.close()
    return sum(size for size, _ in files), len(files), took


def main():
    program = os.path.abspath(os.environ.get("SLUICE", ".build/release/sluice"))
    end, address, *_ = gateway.started(program, PASSWORD)
    try:
        with sync_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"])
            print(f"load of the machine {os.getloadavg()[0]:.1f}\n\n| first visit of | KiB | files and answers | median, ms | slowest of {VISITS}, ms |\n| --- | --- | --- | --- | --- |")
            for name, path in PAGES.items():
                visits = [visit(browser, address, path) for _ in range(VISITS)]
                times = [took for *_, took in visits]
                print(f"| {name} | {visits[-1][0] / 1024:.0f} | {visits[-1][1]} | {statistics.median(times):.0f} | {max(times):.0f} |", flush=True)
            browser.close()
    finally:
        end()


if __name__ == "__main__":
    main()
