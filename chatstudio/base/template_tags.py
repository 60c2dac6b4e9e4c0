"""`{% icon "copy" %}`, `{% moment at %}` and `{% htmx_config %}` in every template."""

import json
from datetime import datetime

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Library
from django.utils import timezone
from django.utils.dateformat import format as date_format
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

FORMS = {
    "today": "H:i",
    "this year": "j M, H:i",
    "before": "j M Y, H:i",
    "full": "j F Y, H:i",
    "day": "j F Y",
}

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


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, form: str = "short") -> SafeString:
    """When something was: "short" with the date where it is not today, "full", or the "day" alone.

    In the server's zone, with its name where no script puts the reader's own in its place
    (static/js/moments.js).
    """
    if at is None:
        return SafeString("")
    form = "full" if form == "short" and "is_still" in context else form
    local = timezone.localtime(at)
    text = date_format(local, FORMS[_recency(local) if form == "short" else form])
    zone = "" if form == "day" else f'<span class="zone"> {zone_name(local)}</span>'
    as_form = "" if form == "short" else f' data-form="{form}"'
    return SafeString(
        f'<time datetime="{at.isoformat(timespec="seconds")}"{as_form}>{text}{zone}</time>'
    )


def _recency(local: datetime) -> str:
    today = timezone.localdate()
    if local.date() == today:
        return "today"
    return "this year" if local.year == today.year else "before"


def zone_name(local: datetime) -> str:
    """Zones without a name of letters are called by their offset."""
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


@register.simple_tag
def htmx_config() -> SafeString:
    """What every page tells htmx, as JSON in single quotes."""
    return WRITTEN
