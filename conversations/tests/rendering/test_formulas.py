import re

import pytest

from conversations.rendering import formulas
from conversations.tests.rendering.html import html_of


def test_inline_formula() -> None:
    expected = '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    assert html_of("a $x^2$ b") == f"<p>a {expected} b</p>"


def test_display_formula() -> None:
    assert html_of("$$\nx\n$$") == '<p><math display="block"><mrow><mi>x</mi></mrow></math></p>'


def test_math_fence_is_a_formula_once_closed() -> None:
    assert html_of("```math\nx\n```").startswith('<math display="block">')
    assert html_of("```math\nx\n", final=False).startswith('<figure class="code">')


@pytest.mark.parametrize(
    ("latex", "name"),
    [
        (r"\lim_{x}", "lim"),
        (r"\max_{x}", "max"),
        (r"\limsup_{x}", "lim\u2006sup"),
        (r"\argmax_{x}", "arg\u2009max"),
        (r"\operatorname*{arg\,min}_{x}", "arg\u2009min"),
        (r"\operatorname{argmin}_{x}", "argmin"),
        (r"\operatorname*{foo}_{x}", "foo"),
    ],
)
def test_limits_stand_below_where_there_is_room(latex: str, name: str) -> None:
    html = re.sub(' [lr]space="[^"]*"', "", html_of(f"$$\n{latex} f\n$$"))
    below = f'<munder><mo movablelimits="true">{name}</mo><mrow><mi>x</mi></mrow></munder>'
    assert below in html


def test_limits_on_both_sides() -> None:
    html = html_of(r"$\max_{x}^{2} f$")
    assert '<munderover><mo movablelimits="true" lspace="0" rspace="0.167em">max</mo>' in html


def test_an_index_stays_beside_its_letter() -> None:
    assert "<msub><mi>a</mi>" in html_of("$$\na_i \\int_a^b \\sin_x\n$$")
    assert "<munder>" not in html_of("$$\na_i \\int_a^b \\sin_x\n$$")


def test_infinity_stands_as_close_as_a_letter() -> None:
    assert "<mi>∞</mi>" in html_of(r"$x \to \infty$")


def test_accents_are_signs_of_their_own_size() -> None:
    html = html_of(r"$\hat{x} \tilde{y} \widehat{z}$")
    assert (html.count("ˆ"), html.count("˜")) == (2, 1)


def test_less_than_in_formula() -> None:
    assert "<mo>&lt;</mo>" in html_of("$a<b$")


@pytest.mark.parametrize("latex", ["\\frac", "x_1_2", "{" * 1_500])
def test_failing_formula_is_its_source(latex: str) -> None:
    assert html_of(f"${latex}$") == f"<p><code>{latex}</code></p>"


def test_long_formula_is_its_source() -> None:
    latex = "x+" * formulas.MAX_LENGTH
    assert html_of(f"${latex}$") == f"<p><code>{latex}</code></p>"


def test_formulas_past_the_limit_are_their_source() -> None:
    html = html_of("$x$ " * (formulas.MAX_PER_BLOCK + 5))
    assert (html.count("<math"), html.count("<code>x</code>")) == (formulas.MAX_PER_BLOCK, 5)


def test_prices_are_no_formula() -> None:
    assert html_of("It costs $5 or $10.") == "<p>It costs $5 or $10.</p>"


@pytest.mark.parametrize(
    "latex", ["\\href{javascript:x}{y}", "\\style{color:red}{y}", "\\class{z}{y}"]
)
def test_formula_carries_no_link_style_or_class(latex: str) -> None:
    html = html_of(f"${latex}$")
    assert "<math" in html
    assert not any(word in html for word in ("href", "style=", "class="))


def test_spaces_have_fixed_widths() -> None:
    assert '<mspace width="1em"></mspace>' in html_of("$a\\quad b$")
    assert "<mspace></mspace>" in html_of("$a\\hspace{99em} b$")
