"""`{% icon "copy" %}` and `{% htmx_config %}` in every template."""

import json

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Library
from django.utils.safestring import SafeString

CONFIG = {
    "ws": {
        "pauseOnBackground": False,
        "reconnectMaxDelay": 5000,
        "reconnectCodes": [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014],
    },
    # What a person has opened in a message is in no new one: an edit, how an answer came about.
    "morphSkip": ".message:has(>.edit)",
    "morphSkipChildren": ".receipt-place",
    "morphIgnore": ["data-htmx-powered", "open", "tabindex"],
    "includeIndicatorCSS": False,
    "transitions": False,
    "defaultSettleDelay": 0,
    "noSwap": [204, 304, 403, 404, "5xx"],
}
WRITTEN = SafeString(json.dumps(CONFIG, separators=(",", ":")))

register = Library()


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, css_class: str = "icon") -> SafeString:
    """A drawing of static/icons/icons.svg, which a page that is saved to a file (`is_still`) holds
    itself."""
    # A page has a hundred icons: format_html and {% static %} would take three times as long.
    sheet = "" if "is_still" in context else staticfiles_storage.url("icons/icons.svg")
    return SafeString(
        f'<svg class="{css_class}" aria-hidden="true"><use href="{sheet}#{name}"></use></svg>'
    )


@register.simple_tag
def htmx_config() -> SafeString:
    """What every page tells htmx, as JSON in single quotes."""
    return WRITTEN
