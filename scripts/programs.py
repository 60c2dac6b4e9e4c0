"""Where the programs that we start are. Imports none of its neighbours: tests ask it too."""

import os

# The first is the same engine without a window's surroundings: tests take a third less processor.
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome.exe",
    "msedge.exe",
)
CHROME_OF_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def folders():
    """Where programs live; the fixed ones because a PATH made by a desktop may lack them."""
    listed = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [f for f in listed if f] + ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"]


def find_chromium():
    """Its path or None; the environment's CHROMIUM names one in an unusual place."""
    paths = [os.path.join(folder, name) for name in CHROMIUMS for folder in folders()]
    paths.append(CHROME_OF_MACOS)
    if os.environ.get("CHROMIUM"):
        paths = [os.environ["CHROMIUM"]]
    return next((path for path in paths if os.path.exists(path)), None)
