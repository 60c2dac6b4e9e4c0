from django.http import HttpRequest

THEMES = ("system", "light", "dark")
THEME_COOKIE = "chatstudio_theme"


def appearance(request: HttpRequest) -> dict[str, str]:
    """What every page needs before its first paint: the theme, so that nothing flashes."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": theme if theme in THEMES else THEMES[0]}
