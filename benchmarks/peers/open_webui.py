"""Open WebUI as it starts without accounts, asking nobody but our model server."""

from pathlib import Path

path = "/health"


def command(venv: Path, port: int) -> list[str]:
    run = [str(venv / "bin" / "open-webui"), "serve"]
    return [*run, "--host", "127.0.0.1", "--port", str(port)]


def environment(models_url: str, folder: Path) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder / "data"),
        "HOME": str(folder),
        "OLLAMA_BASE_URL": models_url,
        "ENABLE_OPENAI_API": "False",
        "WEBUI_AUTH": "False",
        "WEBUI_SECRET_KEY": "benchmark",
        "OFFLINE_MODE": "True",
        "HF_HUB_OFFLINE": "1",
        "ENABLE_TITLE_GENERATION": "False",
        "ENABLE_TAGS_GENERATION": "False",
        "ENABLE_FOLLOW_UP_GENERATION": "False",
    }
