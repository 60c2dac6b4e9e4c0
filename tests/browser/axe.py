"""What axe finds on a page, as lines that name the rule and the place."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
COLOUR_RULES = ("color-contrast", "link-in-text-block")
RUN = """async (rules) => {
  const only = rules.length ? { runOnly: rules } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations.map(({ id, help, nodes }) => ({ id, help,
    places: nodes.map((node) => node.target.join(" ") + " " + node.any.map((a) => a.message)) }));
}"""


def axe(page: Page, *rules: str) -> list[str]:
    """By these rules, or by all that it has."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN, rules)
    return [f"{one['id']}: {one['help']}: {one['places'][:3]}" for one in found]
