"""Neighbours of what models write, kind by kind: each Markdown and the HTML of its blocks."""

import re

import pytest

from conversations.tests.rendering.html import html_of


def shown(markdown: str) -> str:
    """The HTML, each formula by its letters only and links without what all of them have."""
    html = re.sub(
        r"<math.*?</math>", lambda m: f"«{re.sub('<[^>]*>', '', m[0])}»", html_of(markdown)
    )
    return re.sub(r' target="_blank" rel="[^"]*"', "", html)


FORMULAS = [
    (r"\(x\) and \[y\]", "<p>«x» and «y»</p>"),
    (r"设\(x\)为$y$，则", "<p>设«x»为«y»，则</p>"),
    (r"**\(x\)** 是**$x$**的", "<p><strong>«x»</strong> 是<strong>«x»</strong>的</p>"),
    ("\\[\n\nx\n\n= y\n\n\\]", "<p>«x=y»</p>"),
    ("$$\nx\n=\ny\n- z\n+ w\n$$", "<p>«x=y−z+w»</p>"),
    ("text\n$$\nx\n$$\nmore", "<p>text\n«x»\nmore</p>"),
    ("> \\[\n> x\n> - y\n> \\]", "<blockquote>\n<p>«x−y»</p>\n</blockquote>"),
    ("- $$\n  x\n  - y\n  $$\n- z", "<ul>\n<li>«x−y»</li>\n<li>z</li>\n</ul>"),
    ("1. a\n   \\[\n   x\n   \\]", "<ol>\n<li>a\n«x»</li>\n</ol>"),
    ("\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}", "<p>«a=b−c=d»</p>"),
    ("so \\begin{cases} 1 \\\\ 2 \\end{cases} holds", "<p>so «{12» holds</p>"),
    ("$`a+b`$ and the $n$th, $i$'s", "<p>«a+b» and the «n»th, «i»'s</p>"),
    ("$ a + b $ or $ \\alpha $", "<p>«a+b» or «α»</p>"),
    (r"\ce{H2O} and \pu{5 mol}", "<p>«H2O» and «5mol»</p>"),
    ("\\boxed{\\frac{a}{b^{2}}}", "<p>«ab2»</p>"),
    (r"$50\%$ $\text{50\%}$", "<p>«50%» «50%»</p>"),
    ("| a |\n|---|\n| $|x|$ |", "«|x|»"),
    ("```math\n\\[ x \\]\n```", "«x»"),
    ("# The $x$", "<h3>The «x»</h3>"),
]
TEXT = [
    ("awk '{print $1, $2}'; sed 's/$/x/'", "$2}'; sed 's/$/x/"),
    (r"item\(s\) and f\(x\)", "item(s) and f(x)"),
    (r"\[see\] \[1\] \[a\](b)", "[see] [1] [a](b)"),
    ("`\\(x\\)` `$x$`", "<code>\\(x\\)</code> <code>$x$</code>"),
    ("`$a` b `c$`", "<code>$a</code> b <code>c$</code>"),
    ("$5 to 10$ and US$3", "$5 to 10$ and US$3"),
    ("$HOME/bin:$PATH", "$HOME/bin:$PATH"),
    ("echo $A$B ($x, $y) (a$|b$)", "echo $A$B ($x, $y) (a$|b$)"),
    ("kill $$ ; echo $$", "kill $$ ; echo $$"),
    ("价格$100到$200。", "价格$100到$200。"),
    ("$ ls -la\n$ cd x", "$ ls -la\n$ cd x"),
    (r"\$5 and \$6", "$5 and $6"),
    ("- $$ a\n- b $$", "<li>$$ a</li>\n<li>b $$</li>"),
    ("$$\n\nMoney\n\n```\nx\n```\n\n$$", "<p>Money</p>"),
    (r"\begin{itemize} \item a \end{itemize}", r"\begin{itemize} \item a \end{itemize}"),
    ("[$x](https://e.example/$y$)", 'href="https://e.example/$y$"'),
    ('[a](https://e.example "$x$")', 'title="$x$"'),
    ("```\n$x$ ~ <br> https://a.example。\n```", "$x$ ~ &lt;br&gt; https://a.example。\n</code>"),
    ("    $x$ ~ \\[y\\]", "<code>$x$ ~ \\[y\\]\n</code>"),
]
ELEMENTS = [
    ("a<br>b<br/>c<BR />d</br>e", "<p>a<br>b<br>c<br>d<br>e</p>"),
    ("<br>_a_", "<p><br><em>a</em></p>"),
    ("<br>\n**a**", "<p><br>\n<strong>a</strong></p>"),
    ("<u>a **b** c</u>", "<p><u>a <strong>b</strong> c</u></p>"),
    ("<u>a **b</u> c**", "<p>&lt;u&gt;a <strong>b&lt;/u&gt; c</strong></p>"),
    ("<u>a <s>b</u> c</s>", "<p><u>a &lt;s&gt;b</u> c&lt;/s&gt;</p>"),
    ('<kbd onclick="x" class="y">a</kbd>', "<p><kbd>a</kbd></p>"),
    ("<sub>a", "<p>&lt;sub&gt;a</p>"),
    ("Pair<U> and List<s>", "<p>Pair&lt;U&gt; and List&lt;s&gt;</p>"),
    (
        "`<br>` \\<br> &lt;br&gt; &#60;br>",
        "<p><code>&lt;br&gt;</code> &lt;br&gt; &lt;br&gt; &lt;br&gt;</p>",
    ),
    ("<u>a\n\nb</u>", "<p>&lt;u&gt;a</p>\n<p>b&lt;/u&gt;</p>"),
    ("- <mark>a</mark>\n- <mark>b", "<ul>\n<li><mark>a</mark></li>\n<li>&lt;mark&gt;b</li>\n</ul>"),
    (
        "<details><summary>A</summary><br>\n- b\n</details>",
        "<details><summary>A</summary>\n<p><br></p>\n<ul>\n<li>b</li>\n</ul>\n</details>",
    ),
    ("the <details> element", "<p>the &lt;details&gt; element</p>"),
    ("</details>", "&lt;/details&gt;"),
    (
        "<details>\n<summary><b>A</b></summary>\n**b**\n</details>\nc",
        "<details><summary><strong>A</strong></summary>\n<p><strong>b</strong></p>\n</details>\n<p>c</p>",
    ),
    (
        "<details open class=x><summary>A</summary>b</details>",
        '<details open=""><summary>A</summary>\n<p>b</p>\n</details>',
    ),
    (
        "<details><summary>A</summary>\n\n<details><summary>B</summary>b</details>\n</details>",
        "<details><summary>A</summary>\n<details><summary>B</summary>\n<p>b</p>\n</details>\n</details>",
    ),
    (
        "> <details><summary>A</summary>\n> b\n> </details>",
        "<blockquote>\n<details><summary>A</summary>\n<p>b</p>\n</details>\n</blockquote>",
    ),
    (
        "<details><summary>A</summary>\n\n```html\n</details>\n```\n</details>",
        '&lt;/<span class="nt">details</span>&gt;\n</code></pre></figure>\n</details>',
    ),
    (
        "|a|\n|-|\n|<details><summary>x</summary>y</details>|",
        "<td><details><summary>x</summary>y</details></td>",
    ),
]
ADDRESSES = [
    ("见https://a.example/b。好", 'href="https://a.example/b">https://a.example/b</a>。好'),
    ("（https://a.example）", ">https://a.example</a>）"),
    ("**https://a.example**。", "<strong><a href="),
    ("**见 https://a.example/路**后", ">https://a.example/路</a></strong>后"),
    ("~~https://a.example~~。", "</a></del>。"),
    ("[见 https://a.example]", ">https://a.example</a>]"),
    ("www.a.example。", 'href="http://www.a.example">www.a.example</a>。'),
    ("https://a.example。https://b.example）", ">https://a.example</a>。<a"),
    ("[a](https://a.example/x。y)", 'href="https://a.example/x%E3%80%82y">a</a>'),
    ("https://a.example/a_b*c~d", ">https://a.example/a_b*c~d</a>"),
    ("https://a.example/~user", 'href="https://a.example/~user"'),
    ("[1]\n\n[1]: https://a.example/。x", 'href="https://a.example/%E3%80%82x"'),
    ("`https://a.example。`", "<code>https://a.example。</code>"),
    ("https://a.example에서.", 'href="https://a.example">https://a.example</a>에서.'),
    ("访问http://localhost:8000查看。", ">http://localhost:8000</a>查看。"),
    ("www.a.example查看", ">www.a.example</a>查看"),
    ("https://a日本.example/路", ">https://a日本.example/路</a>"),
]
MARKS = [
    ("3~4 or 5~6", "<p>3~4 or 5~6</p>"),
    ("~a~ ~~b~~ `~c~`", "<p>~a~ <del>b</del> <code>~c~</code></p>"),
    ("**a ~5** and **~6**", "<p><strong>a ~5</strong> and <strong>~6</strong></p>"),
    (r"\~a\~", "<p>~a~</p>"),
    ("是**“引用”**的", "<p>是<strong>“引用”</strong>的</p>"),
    ("**「a」**は*（b）*と", "<p><strong>「a」</strong>は<em>（b）</em>と</p>"),
    ("a\n---\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("> a\n> ---\n> b", "<blockquote>\n<p>a</p>\n<hr>\n<p>b</p>\n</blockquote>"),
    ("a\n-", "<p>a</p>\n<ul>\n<li></li>\n</ul>"),
    ("x\n=\ny", "<p>x\n=\ny</p>"),
    ("bar\n--\nbaz", "<p>bar\n--\nbaz</p>"),
    ("Title\n=====", "<h3>Title</h3>"),
    ("a | b\n---|---\n1 | 2", "<th>a</th>"),
    ("| a | b |\n|---|---|\n| `x || y` | 2 |", "<td><code>x || y</code></td>\n<td>2</td>"),
    ("| a | b |\n|---|---|\n| $5 | 10$ |", "<td>$5</td>\n<td>10$</td>"),
    ("| a | b |\n|---|---|\n| ` | ` |", "<td>`</td>\n<td>`</td>"),
    ("[^a] b\n\n[^a]: c", '<p><sup class="footnote-ref">1</sup> b</p>'),
    ("b\n\n[^a]: c", "<p>[^a]: c</p>"),
    ("[^a-z]+ b", "<p>[^a-z]+ b</p>"),
]
FENCES = [
    (
        "```markdown\n```js\nx\n```\ny\n```\n**z**",
        "y\n</code></pre></figure>\n<p><strong>z</strong></p>",
    ),
    ("```md\n```\n**z**", "<p><strong>z</strong></p>"),
    ("~~~md\n~~~js\nx\n~~~\n~~~\nz", "<p>z</p>"),
    ("````markdown\n```js\nx\n```\n````\nz", "<p>z</p>"),
    ("- ```markdown\n  ```js\n  x\n  ```\n  ```\n- z", "<li>z</li>"),
    ("> ```markdown\n> ```js\n> x\n> ```\n> ```\n\nz", "</blockquote>\n<p>z</p>"),
    ("> ```markdown\n> ```js\n\nz", "</blockquote>\n<p>z</p>"),
    ("```js\n```python\n```\nz", "<p>z</p>"),
    ("So: ```python\nx\n```\nz", "<p>So:</p>\n<figure"),
    ("```python:a/b.py\nx\n```", '<span class="code-file">a/b.py</span>'),
    ('```js title="x.js"\nx\n```', '<span class="code-language">js</span>'),
    ("```latex\n\\frac{a}{b}\n```", "«ab»<pre>"),
    ("```latex\n\\documentclass{article}\n```", "</figcaption><pre>"),
    ("```mermaid\ngraph TD\n```", '<span class="code-language">Mermaid diagram</span>'),
]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [*FORMULAS, *TEXT, *ELEMENTS, *ADDRESSES, *MARKS, *FENCES],
)
def test_markdown_is_shown(markdown: str, html: str) -> None:
    assert html in shown(markdown)


@pytest.mark.parametrize(("markdown", "html"), TEXT)
def test_text_is_no_formula(markdown: str, html: str) -> None:
    assert "<math" not in html_of(markdown)


def test_details_that_nobody_closed_hold_nothing() -> None:
    html = shown("<details><summary>A</summary>\n\nb\n\n# c")
    assert html == '<details open=""><summary>A</summary>\n</details>\n<p>b</p>\n<h3>c</h3>'


def test_two_answers_share_no_address() -> None:
    assert " id=" not in html_of("a[^1] b[^1] c[^x]\n\n[^1]: one\n\n[^x]: two")


def test_long_strings_of_right_to_left_text_begin_on_the_right() -> None:
    assert html_of("# مرحبا") == '<h3 dir="auto">مرحبا</h3>'
    assert "dir=" not in html_of("# Hello")


@pytest.mark.parametrize("mark", "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8\ufdd9")
def test_a_character_of_ours_in_the_text_is_none(mark: str) -> None:
    text = f"$x$ {mark}0{mark} ${mark}0{mark}$ [a](https://e.example/{mark}) `{mark}`"
    html = html_of(text)
    assert "\ufffd" in html
    assert mark not in html
