from django.conf import settings
from django.http import HttpRequest

THEMES = ("system", "light", "dark")
THEME_COOKIE = "chatstudio_theme"


def appearance(request: HttpRequest) -> dict[str, object]:
    """What every page needs before its first paint: the theme, so that nothing flashes, and
    whether there is a page of MCP servers to lead to."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    shown = theme if theme in THEMES else THEMES[0]
    return {"theme": shown, "has_mcp": bool(settings.MCP_CONFIG)}
