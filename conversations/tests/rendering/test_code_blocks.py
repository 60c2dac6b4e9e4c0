from itertools import count

import pytest

from conversations.rendering import highlight
from conversations.rendering.languages import LANGUAGES
from conversations.tests.rendering.html import html_of

FRAME = '<figure class="code"><figcaption><span class="code-language">{}</span>'
BUTTONS = (
    '<button type="button" data-wrap="code">Wrap</button>'
    '<button type="button" data-save="{}">Download</button>'
    '<button type="button" class="copy-code" data-copy="code">Copy</button></figcaption>'
)


def framed(language: str, code: str, ending: str = "txt") -> str:
    return (
        f"{FRAME.format(language)}{BUTTONS.format(ending)}<pre><code>{code}</code></pre></figure>"
    )


def test_closed_block_is_highlighted() -> None:
    code = '<span class="k">return</span> <span class="m">1</span>\n'
    assert html_of("```python\nreturn 1\n```", final=False) == framed("python", code, "py")


def test_open_block_is_plain_in_the_same_frame() -> None:
    assert html_of("```python\nreturn 1\n", final=False) == framed("python", "return 1\n", "py")


def test_open_block_is_highlighted_at_the_end_of_the_text() -> None:
    assert '<span class="k">return</span>' in html_of("```python\nreturn 1\n")


def test_shorter_fence_does_not_close() -> None:
    assert html_of("````python\nreturn\n```", final=False) == framed("python", "return\n```", "py")


@pytest.mark.parametrize(
    "text",
    [
        "- ```python\n  return\n  ```",
        "> ```python\n> return\n> ```",
        "~~~python\nreturn\n\n~~~  \n\n",
    ],
)
def test_nested_fence_closes(text: str) -> None:
    assert '<span class="k">return</span>' in html_of(text, final=False)


def test_only_the_last_block_can_be_open() -> None:
    html = html_of("- ```python\n  return\n  ```\n- ```python\n  return\n", final=False)
    assert html.count('<span class="k">return</span>') == 1
    assert html.count("<code>return\n</code>") == 1


def test_unknown_language_is_plain() -> None:
    assert html_of("```klingon\na < b\n```") == framed("klingon", "a &lt; b\n")


def test_block_without_language_is_plain() -> None:
    assert html_of("    x\n") == html_of("```\nx\n```") == framed("", "x\n")


@pytest.mark.parametrize("info", ["python title=x", "{.python}", "python,linenos", "python:x.py"])
def test_language_is_the_first_word_of_the_info(info: str) -> None:
    assert html_of(f"```{info}\nreturn\n```").startswith(FRAME.format("python"))


@pytest.mark.parametrize(
    ("info", "ending"),
    [("py", "py"), ("Python", "py"), ("c++", "cpp"), ("{r}", "r"), ("klingon", "txt"), ("", "txt")],
)
def test_a_file_of_it_ends_as_its_language_does(info: str, ending: str) -> None:
    assert f'data-save="{ending}"' in html_of(f"```{info}\nx\n```")


def test_code_keeps_every_character() -> None:
    assert "<code>\n\n  a\t&amp;amp;  \n\n</code>" in html_of("```klingon\n\n\n  a\t&amp;  \n\n```")
    assert "<code>\n\n  a\t&amp;amp;  \n\n</code>" in html_of("```text\n\n\n  a\t&amp;  \n\n```")


def test_highlighting_is_remembered() -> None:
    highlight.highlight.cache_clear()
    for _ in range(3):
        html_of("```python\nreturn\n```\nmore")
    assert highlight.highlight.cache_info().misses == 1


@pytest.mark.parametrize(
    "other_name", ["py", "Python", "python3", "js", "sh", "yml", "c++", "c#", "ts"]
)
def test_languages_have_other_names(other_name: str) -> None:
    assert highlight.highlight("x = 1\n", other_name) is not None


@pytest.mark.parametrize("code", ["  \n" * 9_000, "/* " * 300 + "\n/*" * 9_000])
def test_code_that_takes_too_long_stays_plain(monkeypatch, code: str) -> None:
    """The clock is looked at between two tokens: here each takes a hundredth of the time."""
    highlight.highlight.cache_clear()
    looks = count()
    monkeypatch.setattr(highlight, "thread_time", lambda: next(looks) * highlight.MAX_SECONDS / 100)
    assert highlight.highlight(code, "python" if code[0] == " " else "css") is None
    assert next(looks) < 110


def test_language_with_a_slow_lexer_stays_plain() -> None:
    assert highlight.highlight("x = 1\n", "matlab") is None


@pytest.mark.parametrize("code", ["return\n" * 10_000, "x" * 2_000])
def test_huge_code_stays_plain(code: str) -> None:
    assert highlight.highlight(code, "python") is None


def test_failing_lexer_leaves_the_code_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlight, "_tokens", lambda code, language: 1 / 0)
    assert html_of("```python\nreturn 7\n```") == framed("python", "return 7\n", "py")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_a_lexer(language: str) -> None:
    assert highlight.highlight("x = 1\n", language) is not None
