"""One tag writes the markup of every icon."""

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Template
from django.templatetags.static import static

TEMPLATES = {
    path: path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
}
DRAWN = set(
    re.findall(
        r'<symbol id="([^"]+)"', Path(settings.BASE_DIR, "static/icons/icons.svg").read_text()
    )
)


def render(template: str, **context: object) -> str:
    return Template(template).render(Context(context))


def test_an_icon_is_decoration_from_the_one_file_of_drawings() -> None:
    address = static("icons/icons.svg")
    assert render('{% icon "copy" %}') == (
        f'<svg class="icon" aria-hidden="true"><use href="{address}#copy"></use></svg>'
    )


def test_an_icon_can_be_of_another_class() -> None:
    assert 'class="brand-mark"' in render('{% icon "brand" "brand-mark" %}')


def test_a_page_that_is_saved_to_a_file_needs_no_other_file() -> None:
    assert '<use href="#copy">' in render('{% icon "copy" %}', is_still=1)


def test_every_icon_of_a_template_is_drawn() -> None:
    used = {name for text in TEMPLATES.values() for name in re.findall(r"{% icon (\S+)", text)}
    assert {name.strip('"') for name in used} - DRAWN == set()


def test_no_template_writes_the_markup_by_hand() -> None:
    assert [path.name for path, text in TEMPLATES.items() if "<use" in text] == []
