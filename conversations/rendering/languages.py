"""Languages that are highlighted, by their first name in Pygments; their other names work too.

Each was tried with hostile text: a single step of its lexer is short, so the limit on time holds.
MATLAB is missing for that reason: 30 KB of tabs keep it in one step for nine seconds.
"""

OTHER_NAMES = {"jsonc": "json5", "jsonl": "json", "ndjson": "json", "zsh": "bash", "cmd": "batch"}
"""Of languages that Pygments knows by a name that models do not use."""

# As a code block's title says it; any other is called what the fence says.
TITLES = {"mermaid": "Mermaid diagram", "plantuml": "PlantUML diagram", "dot": "Graphviz diagram"}

_THEIR_ENDINGS = (
    *("bash", "c", "cpp", "css", "csv", "dart", "diff", "fish", "go", "graphql", "html", "ini"),
    *("java", "js", "json", "json5", "jsonl", "jsx", "lua", "md", "php", "py", "r", "scala"),
    *("scss", "sh", "sql", "svg", "swift", "tex", "toml", "ts", "tsx", "vue", "xml", "yaml", "zig"),
)
# How the names of such files end; any other ends in .txt.
ENDINGS = {
    **{name: name for name in _THEIR_ENDINGS},
    **dict.fromkeys(("python", "python3"), "py"),
    **dict.fromkeys(("javascript", "node"), "js"),
    **dict.fromkeys(("shell", "zsh", "console"), "sh"),
    **dict.fromkeys(("c++", "cxx"), "cpp"),
    **dict.fromkeys(("c#", "csharp", "cs"), "cs"),
    **dict.fromkeys(("postgresql", "mysql", "sqlite"), "sql"),
    **dict.fromkeys(("powershell", "ps1"), "ps1"),
    **dict.fromkeys(("batch", "bat", "cmd"), "bat"),
    **{"typescript": "ts", "markdown": "md", "yml": "yaml", "rust": "rs", "ruby": "rb", "rb": "rb"},
    **{"rs": "rs", "kotlin": "kt", "perl": "pl", "haskell": "hs", "elixir": "ex", "erlang": "erl"},
    **{"julia": "jl", "latex": "tex", "terraform": "tf", "jsonc": "json"},
    **{"protobuf": "proto", "proto": "proto", "mermaid": "mmd", "dot": "dot", "clojure": "clj"},
}

LANGUAGES = frozenset(
    {
        *("python", "pycon", "pytb", "cython", "numpy"),
        *("bash", "console", "powershell", "batch", "fish", "tcsh", "awk", "sed"),
        *("javascript", "typescript", "jsx", "tsx", "json", "json5", "coffeescript"),
        *("html", "css", "scss", "sass", "less", "xml", "vue", "django", "html+django", "twig"),
        *("c", "cpp", "csharp", "objective-c", "d", "rust", "go", "zig", "nimrod", "swift", "cr"),
        *("java", "kotlin", "scala", "groovy", "clojure", "dart"),
        *("php", "ruby", "perl", "lua", "tcl", "splus", "julia", "octave", "fortran"),
        *("haskell", "elixir", "erlang", "ocaml", "fsharp", "elm"),
        *("scheme", "racket", "common-lisp"),
        *("sql", "mysql", "postgresql", "plpgsql", "sqlite3", "cypher", "sparql", "graphql"),
        *("yaml", "toml", "ini", "properties", "nginx"),
        *("docker", "make", "basemake", "cmake", "terraform"),
        *("nixos", "protobuf", "diff", "tex", "markdown", "restructuredtext", "http", "text"),
        *("solidity", "glsl", "cuda", "verilog", "vhdl", "nasm", "llvm", "ada", "cobol", "prolog"),
        *("vb.net", "gherkin", "vim", "emacs-lisp", "gdscript", "qml", "smalltalk"),
        *("turtle", "lean"),
    }
)
