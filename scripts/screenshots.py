"""Makes the README's pictures: `.venv/bin/python scripts/screenshots.py`.

Starts the fake model server of the tests and a server of its own on a fresh folder, and drives
Chromium. Needs the development dependencies.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from programs import find_chromium

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
QUESTION = "How do I add two numbers in Python? Show a table and a formula, too."
TOOL_ORDERS = (
    'call calculate {"expression": "17.5 * 1.2 ** 3"}',
    'call remember {"fact": "One of us eats no nuts."}',
)


def start_model_server() -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "tests.fakes.model_server", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, json.loads(process.stdout.readline())["url"]


def start_studio(data_dir: str, model_url: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "manage.py", "serve", "--port", "0", "--model", "none"]
    env = {
        **os.environ,
        "DATA_DIR": data_dir,
        "LLM_BASE_URL": model_url,
        "LLM_DEFAULT_MODEL": "markdown:1b",
    }
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if "ready at" in line:
            return process, line.split()[-1]
    raise SystemExit("The server did not start.")


def picture(browser: Browser, url: str, name: str, *, width: int, height: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=TARGET / f"{name}.png")
    context.close()


def conversation(browser: Browser, url: str) -> str:
    page = browser.new_page()
    page.goto(f"{url}chat/")
    page.get_by_label("Your message").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".message-assistant .message-facts").wait_for()
    address = page.url
    page.close()
    return address


def with_tools(browser: Browser, url: str) -> str:
    """A step that has run, and one that waits for its person."""
    page = browser.new_page()
    page.goto(f"{url}chat/")
    page.locator("#composer-routing").select_option("tools")
    option = page.locator('#composer-model option[value^="tools:1b@"]').get_attribute("value")
    page.locator("#composer-model").select_option(option, force=True)
    for order in TOOL_ORDERS:
        page.get_by_label("Your message").fill(order)
        page.keyboard.press("Enter")
        page.locator(".call").last.wait_for()
        page.get_by_role("button", name="Send", exact=True).wait_for()
    page.get_by_role("button", name="Allow once").wait_for()
    address = page.url
    page.close()
    return address


def seed(data_dir: str) -> None:
    command = [sys.executable, "manage.py", "seed_demo"]
    env = {**os.environ, "DATA_DIR": data_dir}
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    data_dir = tempfile.mkdtemp()
    model_server, model_url = start_model_server()
    studio, url = start_studio(data_dir, model_url)
    try:
        with sync_playwright() as playwright:
            path = find_chromium()
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            address = conversation(browser, url)
            desk = {"width": 1280, "height": 800}
            picture(browser, address, "conversation-light", scheme="light", **desk)
            picture(browser, address, "conversation-dark", scheme="dark", **desk)
            picture(browser, f"{url}chat/", "start-light", scheme="light", **desk)
            picture(browser, f"{url}chat/", "start-dark", scheme="dark", **desk)
            picture(browser, address, "conversation-phone", width=390, height=844, scheme="light")
            tools = with_tools(browser, url)
            picture(browser, tools, "tools-light", scheme="light", **desk)
            seed(data_dir)
            picture(browser, f"{url}metrics/?period=30d", "metrics-light", scheme="light", **desk)
            picture(browser, f"{url}search/?q=heat", "search-dark", scheme="dark", **desk)
            picture(browser, f"{url}api/docs", "api-light", scheme="light", **desk)
            browser.close()
    finally:
        studio.terminate()
        model_server.terminate()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
