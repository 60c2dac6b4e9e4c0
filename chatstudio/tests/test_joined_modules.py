"""Modules as one script: what is joined, and what is refused rather than joined wrongly."""

import pytest

from chatstudio.joined_modules import NotJoined, join_modules

ENTRY = """\
// What it is for

import "./b.js";
import {
  a,
  $,
} from "./a.js";

a($);
"""
A = """\
export const $ = 'http://x'; // one

export async function a() {
  // why
  const { b } = $;
}
"""
B = """\
import { a } from "./a.js";
let seen = `import`;
a(seen);"""
JOINED = """\
const $ = 'http://x'; // one
async function a() {
const { b } = $;
}
let seen = `import`;
a(seen);
a($);
"""


def refusal(**modules: str) -> str:
    with pytest.raises(NotJoined) as refused:
        join_modules("a.js", {f"{name}.js": source for name, source in modules.items()})
    return str(refused.value)


def test_what_is_imported_comes_first_and_once() -> None:
    modules = {"entry.js": ENTRY, "a.js": A, "b.js": B, "c.js": "never(imported)"}
    assert join_modules("entry.js", modules) == JOINED


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export { a };",
        'export * from "./b.js";',
        "export let { a } = b;",
        "const [a, b] = c;",
        'import a from "./b.js";',
        'import { a as b } from "./b.js";',
        'import * as b from "./b.js";',
        "import { a } from './b.js';",
        'import { a } from "/static/js/b.js";',
        '  import "./b.js";',
        'if (a) import("./b.js");',
        "a(import.meta.url);",
        "const text = `one\n  two`;",
    ],
)
def test_what_it_does_not_understand_is_refused(line: str) -> None:
    first = line.splitlines()[0].strip()
    assert refusal(a=f"{line}\n", b="") == f"a.js has what is not understood: {first}"


def test_modules_in_a_circle_are_refused() -> None:
    circle = {"a": 'import "./b.js";\n', "b": 'import "./c.js";\n', "c": 'import "./b.js";\n'}
    assert refusal(**circle) == "a.js → b.js → c.js → b.js is a circle"


def test_a_module_that_is_not_there_is_refused() -> None:
    assert refusal(a='import { b } from "./b.js";\n') == "a.js → b.js leads nowhere"


def test_one_name_in_two_modules_is_refused() -> None:
    two = {"a": 'import "./b.js";\nfunction go() {}\n', "b": "export const go = 1;\n"}
    assert refusal(**two) == "go is declared by b.js and by a.js"
