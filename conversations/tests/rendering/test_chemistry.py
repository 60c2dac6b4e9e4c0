import re

import pytest

from conversations.rendering import latex
from conversations.rendering.chemistry import read_formula, read_unit
from conversations.tests.rendering.html import html_of


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("H2O", r"\text{H}_{2}\text{O}"),
        ("2H2 + O2", r"2\text{H}_{2} + \text{O}_{2}"),
        ("SO4^2-", r"\text{SO}_{4}^{2-}"),
        ("Na+ + Cl-", r"\text{Na}^{+} + \text{Cl}^{-}"),
        ("^{14}_{6}C", r"{}^{14}_{6}\text{C}"),
        ("(NH4)2SO4", r"(\text{NH}_{4})_{2}\text{SO}_{4}"),
        ("[Cu(NH3)4]^2+", r"[\text{Cu}(\text{NH}_{3})_{4}]^{2+}"),
        ("CuSO4*5H2O", r"\text{CuSO}_{4}\cdot 5\text{H}_{2}\text{O}"),
        ("CuSO4.5H2O", r"\text{CuSO}_{4}\cdot 5\text{H}_{2}\text{O}"),
        ("1/2 O2", r"\frac{1}{2} \text{O}_{2}"),
        ("0.5 O2", r"0.5 \text{O}_{2}"),
        ("HC#CH", r"\text{HC}\equiv \text{CH}"),
        ("CO2 ^", r"\text{CO}_{2} \uparrow "),
        ("AgCl v", r"\text{AgCl} \downarrow "),
        ("A <=> B", r"\text{A}  \rightleftharpoons  \text{B}"),
        ("A ->[heat] B", r"\text{A}  \xrightarrow{\text{heat}}  \text{B}"),
        ("$n$ H2", r"n \text{H}_{2}"),
    ],
)
def test_chemical_formula(source: str, drawn: str) -> None:
    assert read_formula(source) == drawn


def test_unit() -> None:
    assert read_unit("5 mol/L") == r"5\,\text{mol}/\text{L}"
    assert read_unit("kg*m/s^2") == r"\text{kg}\cdot \text{m}/\text{s}^2"


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        (r"x \tag{1}", "x(1)"),
        (r"a \label{b} \nonumber", "a"),
        (r"\require{cancel}\cancel{x}", "x"),
        (r"\abs{x} + \norm{\abs{y}}", "|x|+‖|y|‖"),
        (r"\dv{f}{x}", "dfdx"),
        (r"\SI{5}{m}", "5m"),
        (r"\begin{aligned}[t] a \end{aligned}", "a"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", "a=bc=d"),
        (r"100% sure", "100%sure"),
        ("a % note\n+ b", "a+b"),
        (r"\text{a < b}", "a < b"),
        (r"\ce{A ->[\Delta] B <=> C}", "A→ΔB⇌C"),
        (r"\mathrm{d}x \in \R", "dx∈ℝ"),
        (r"\newcommand{\R}{x} \R", "x"),
        (r"\begin{aligned} a &= b \\[4pt] c &= d \\ [0.5em] e \end{aligned}", "a=bc=de"),
        (r"\begin{align*} a \\* b \\ [x] \end{align*}", "ab[x]"),
        (r"\big\{ x \big\} \Big\| y \Big\| \bigl\lfloor z \bigr\rfloor", "{x}‖y‖⌊z⌋"),
        (r"\mathop{\arg\min}_{x} \hdots", "argminx…"),
    ],
)
def test_what_models_write_is_drawn(written: str, letters: str) -> None:
    html = html_of(f"$${written}$$")
    assert "<math" in html
    found = re.sub("<[^>]*>", "", html).replace("&lt;", "<").replace("&nbsp;", " ")
    assert found == letters


@pytest.mark.parametrize("name", [*latex.ENVIRONMENTS, "align*", "cases", "pmatrix", "Vmatrix"])
def test_environment_has_rows_and_columns(name: str) -> None:
    argument = "{2}" if name.startswith("alignat") else ""
    html = html_of(f"$$\\begin{{{name}}}{argument}\na &= b \\\\\nc\n\\end{{{name}}}$$")
    if name in ("equation", "subequations", "math", "displaymath"):
        html = html_of(f"$$\\begin{{{name}}} x \\end{{{name}}}$$")
        assert re.sub("<[^>]*>", "", html) == "x"
    else:
        assert "<mtable" in html
        assert "&amp;" not in html


def test_macros_within_macros_end() -> None:
    written = r"\abs{" * 50 + "x" + "}" * 50
    assert len(latex.expand_macros(written)) < 20 * len(written)
