"""Chainlit with the smallest app that hands on what a model writes (chainlit_app.py)."""

from pathlib import Path

path = "/"
APP = Path(__file__).with_name("chainlit_app.py")


def command(venv: Path, port: int) -> list[str]:
    run = [str(venv / "bin" / "chainlit"), "run", str(APP), "--headless"]
    return [*run, "--host", "127.0.0.1", "--port", str(port)]


def environment(models_url: str, folder: Path) -> dict[str, str]:
    return {"MODELS_URL": models_url, "CHAINLIT_APP_ROOT": str(folder), "HOME": str(folder)}
