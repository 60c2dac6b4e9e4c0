"""Prepares Chat Studio and starts it: python scripts/studio.py run

Like its neighbours it needs the standard library only and is readable by every Python since 2.7:
an old Python must be able to run it in order to find a newer one, or to say what is missing. Hence
no annotations and no f-strings here.
"""

# ruff: noqa: RUF005  unpacking in a list is too new
from __future__ import print_function

import os
import shutil
import subprocess
import sys

from children import ROOT, WINDOWS, Missing, environment
from programs import find_chromium
from venv_dir import ensure_venv, install, pip, venv_python

UV = "uv==0.13.9"


def hand_over(*arguments):
    """Puts .venv's Python in the place of this program: signals and exit code are its own."""
    sys.stdout.flush()
    os.chdir(ROOT)
    command = [venv_python()] + list(arguments)
    if not WINDOWS:
        os.execve(command[0], command, environment())  # noqa: S606
    sys.exit(call(*arguments))  # execve on Windows gives the prompt back at once


def call(*arguments):
    sys.stdout.flush()
    process = subprocess.Popen([venv_python()] + list(arguments), env=environment(), cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it reached the child as well, which ends in its own way
            continue


def in_turn(*commands):
    for command in commands:
        code = call(*command)
        if code:
            sys.exit(code)


def prepare_run():
    ensure_venv()
    extras = {name for name in os.environ.get("EXTRAS", "").replace(" ", ",").split(",") if name}
    if extras - {"postgres", "redis", "otel"}:
        raise Missing(
            "EXTRAS knows postgres, redis and otel, separated by commas; it was %s."
            % os.environ["EXTRAS"]
        )
    install("extras" if extras else "base")


def prepare_development():
    ensure_venv()
    install("dev")


def serve_options():
    """HOST and PORT reach the settings through the environment; MODEL is no setting."""
    model = environment().get("MODEL")
    if model not in (None, "demo", "none", "ask"):
        raise Missing("MODEL is demo, none or ask; it was %s." % model)
    return ["--model", model] if model else []


def run(arguments):
    """Start the server; takes HOST, PORT, MODEL=demo|none|ask, EXTRAS=postgres,redis,otel."""
    prepare_run()
    hand_over("manage.py", "serve", *(serve_options() + arguments))


def setup(arguments):
    """Only prepare: environment, packages, database, static files, with MODEL=demo the model."""
    prepare_run()
    hand_over("manage.py", "serve", "--prepare-only", *(serve_options() + arguments))


def test(arguments):
    """Run the tests in lanes; with arguments, a plain pytest that gets them."""
    prepare_development()
    tell_of_chromium()
    hand_over("-m", *(["pytest"] + arguments if arguments else ["tests.lanes", "test"]))


def quick(arguments):
    """lint, types, and the tests that need neither browser nor second process."""
    prepare_development()
    hand_over("-m", "tests.lanes", "quick")


def tell_of_chromium():
    if not find_chromium():
        print("Browser tests skipped: no Chromium found (apt install chromium)")


def lint(arguments):
    """Check style and format."""
    prepare_development()
    hand_over("-m", "tests.lanes", "lint")


def types(arguments):
    """Check types."""
    prepare_development()
    hand_over("-m", "mypy", *arguments)


def check(arguments):
    """All that has to hold: lint, types, migrations, settings, tests."""
    prepare_development()
    tell_of_chromium()
    hand_over("-m", "tests.lanes", "check")


def bench(arguments):
    """Measure how fast and how small it is; --quick, --rows start,memory, --streams 300."""
    prepare_development()
    if not find_chromium():
        print("Browser rows left out: no Chromium found (apt install chromium)")
    hand_over("-m", "benchmarks", *arguments)


def lock(arguments):
    """Make the locks in requirements/ anew; --upgrade takes newer versions."""
    ensure_venv()
    pip(UV)
    compile_ = ["-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.12"]
    compile_ += ["--system-certs", "--generate-hashes", "--no-header", "--no-annotate"] + arguments
    extras = ["--extra", "postgres", "--extra", "redis", "--extra", "otel"]
    in_turn(
        compile_ + ["pyproject.toml", "-o", "requirements/base.txt"],
        compile_ + ["pyproject.toml", "-o", "requirements/extras.txt"] + extras,
        compile_ + ["pyproject.toml", "-o", "requirements/dev.txt", "--group", "dev"] + extras,
        compile_ + ["requirements/demo.in", "-o", "requirements/demo.txt", "--no-deps"],
    )


def clean(arguments):
    """Remove what can be made again (.venv and caches); data stays."""
    for name in (
        ".venv",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "test-results",
    ):
        shutil.rmtree(os.path.join(ROOT, name), ignore_errors=True)
    for folder, names, _ in os.walk(ROOT):
        if "__pycache__" in names:
            shutil.rmtree(os.path.join(folder, "__pycache__"), ignore_errors=True)


COMMANDS = {
    f.__name__: f for f in (run, setup, test, quick, lint, types, check, bench, lock, clean)
}


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        print("Usage: python scripts/studio.py COMMAND\n")
        for name in sorted(COMMANDS):
            print("  %-6s %s" % (name, COMMANDS[name].__doc__))
        return 0 if arguments[:1] in ([], ["help"], ["--help"]) else 2
    try:
        COMMANDS[arguments[0]](arguments[1:])
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
