"""How templates are written, and what of that reaches a page."""

import re

import pytest
from django.conf import settings
from django.template import Context, Engine

from chatstudio.base.lean_templates import Loader
from chatstudio.base.template_tags import CONFIG

FILES = {str(path): path.read_text() for path in settings.BASE_DIR.glob("templates/**/*.html")}
WIDEST = 110
EXACT = re.compile(r"<(pre|textarea)\b.*?</\1>", re.DOTALL)
WRITTEN = """
<ul class="list"
    {% if wide %}data-wide{% endif %}
    {% if wide %}hidden{% endif %}>
  {# What is told #}
  {% for item in items %}
    <li>{{ item }}</li>
  {% endfor %}
</ul>
"""


@pytest.fixture
def rendered(tmp_path):
    (tmp_path / "list.html").write_text(WRITTEN)
    engine = Engine(dirs=[tmp_path], loaders=["chatstudio.base.lean_templates.Loader"])
    assert isinstance(engine.template_loaders[0], Loader)
    return lambda **context: engine.get_template("list.html").render(Context(context))


def test_no_line_is_wider_than_a_window() -> None:
    wide = [(name, line) for name in FILES for line in FILES[name].splitlines()]
    assert [(name, line) for name, line in wide if len(line) > WIDEST] == []


def test_nothing_that_is_shown_as_it_is_counts_on_indentation() -> None:
    """As no layout is sent; and a browser would show it."""
    exact = [(name, found[0]) for name in FILES for found in EXACT.finditer(FILES[name])]
    assert exact
    assert [name for name, box in exact if re.search(r"\n\s", box.partition(">")[2])] == []


def test_layout_stays_at_home(rendered) -> None:
    expected = '\n<ul class="list" data-wide hidden> <li>a</li> <li>b</li> </ul>\n'
    assert rendered(items="ab", wide=True) == expected


def test_words_keep_their_white_space(rendered) -> None:
    assert "<li>a\n\n  b</li>" in rendered(items=["a\n\n  b"])


def test_every_page_tells_htmx_the_same(alice, client, db) -> None:
    page = client.get("/chat/").text
    assert '<meta name="htmx-config" content=\'{"ws":{' in page
    assert all(f'"{key}":' in page for key in CONFIG)
