"""`{% htmx_config %}`: what every page tells htmx, as JSON in single quotes."""

import json

from django.template import Library
from django.utils.safestring import SafeString

CONFIG = {
    "ws": {
        "pauseOnBackground": False,
        "reconnectMaxDelay": 5000,
        "reconnectCodes": [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014],
    },
    "morphIgnore": ["data-htmx-powered", "open", "tabindex"],
    "includeIndicatorCSS": False,
    "transitions": False,
    "defaultSettleDelay": 0,
    "noSwap": [204, 304, 403, 404, "5xx"],
}
WRITTEN = SafeString(json.dumps(CONFIG, separators=(",", ":")))

register = Library()


@register.simple_tag
def htmx_config() -> SafeString:
    return WRITTEN
