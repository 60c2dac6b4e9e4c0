"""Exports of other products, written by us to the shapes that theirs have."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

GPT_5 = {"model_slug": "gpt-5"}
ROOT = "client-created-root"


def node(key: str, parent: str | None, role: str = "", text: str = "", **more: Any) -> dict:
    """A node of ChatGPT's; without a role it has no message."""
    facts = {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": more.pop("at", None),
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "end_turn": True if role == "assistant" else None,
        "weight": 1.0,
        "recipient": "all",
        "channel": None,
        "metadata": {},
    }
    message = {**facts, **more} if role else None
    return {"id": key, "parent": parent, "children": [], "message": message}


def chatgpt(*nodes: dict, key: str = "gpt-1", **more: Any) -> dict:
    found = nodes or (
        node("q", ROOT, "user", "How warm is a heat pump?", at=1_760_000_000.25),
        node(
            "a",
            "q",
            "assistant",
            "Warm enough.",
            at=1_760_000_010.5,
            metadata={"model_slug": "gpt-5"},
        ),
    )
    mapping = {one["id"]: one for one in (node(ROOT, None), *found)}
    return {
        "id": key,
        "conversation_id": key,
        "title": "Heat pumps",
        "create_time": 1_760_000_000.25,
        "update_time": 1_760_000_010.5,
        "mapping": mapping,
        "current_node": found[-1]["id"],
        "default_model_slug": "gpt-5",
        "is_archived": False,
        "is_starred": False,
        "gizmo_id": None,
        **more,
    }


def claude(*messages: dict, key: str = "claude-1", **more: Any) -> dict:
    found = messages or (said("human", "What grows in March?"), said("assistant", "Radishes."))
    return {
        "uuid": key,
        "name": "Plans for spring",
        "created_at": "2026-03-01T08:00:00.000000Z",
        "updated_at": "2026-03-01T08:05:00.000000Z",
        "account": {"uuid": "somebody-else"},
        "chat_messages": list(found),
        **more,
    }


def said(sender: str, text: str, key: str = "", **more: Any) -> dict:
    return {
        "uuid": key or f"{sender}: {text}",
        "sender": sender,
        "text": text,
        "content": [{"type": "text", "text": text}],
        "created_at": "2026-03-01T08:01:00Z",
        "updated_at": "2026-03-01T08:01:00Z",
        "attachments": [],
        "files": [],
        **more,
    }


def webui_message(key: str, parent: str | None, role: str, content: str, **more: Any) -> dict:
    return {
        "id": key,
        "parentId": parent,
        "childrenIds": [],
        "role": role,
        "content": content,
        "timestamp": 1_770_000_000,
        **more,
    }


def open_webui(*messages: dict, key: str = "webui-1", legacy: bool = False, **more: Any) -> dict:
    found = messages or (
        webui_message("q", None, "user", "What is a quine?"),
        webui_message("a", "q", "assistant", "A program that prints itself.", model="llama3:8b"),
    )
    history = {"currentId": found[-1]["id"], "messages": {one["id"]: one for one in found}}
    chat = {"title": "Quines", "models": ["llama3:8b"], "params": {}, "history": history}
    if legacy:
        return {"id": key, **chat, **more}
    return {
        "id": key,
        "user_id": "somebody-else",
        "title": "Quines",
        "chat": chat,
        "created_at": 1_770_000_000,
        "updated_at": 1_770_000_060,
        "share_id": "shared-by-somebody",
        "archived": False,
        "pinned": False,
        "meta": {"tags": []},
        "folder_id": "folder",
        **more,
    }


NOBODY = "00000000-0000-0000-0000-000000000000"


def libre_message(key: str, parent: str, text: str, *, user: bool = False, **more: Any) -> dict:
    return {
        "messageId": key,
        "parentMessageId": parent,
        "sender": "User" if user else "Llama",
        "text": text,
        "isCreatedByUser": user,
        "error": False,
        "unfinished": False,
        "createdAt": "2026-05-01T10:00:00.000Z",
        **({} if user else {"model": "llama3:8b"}),
        **more,
    }


def librechat(*messages: dict, key: str = "libre-1", **more: Any) -> dict:
    found = messages or (
        libre_message("q", NOBODY, "Name a prime.", user=True),
        libre_message("a", "q", "Seven."),
    )
    return {
        "conversationId": key,
        "endpoint": "ollama",
        "title": "Primes",
        "exportAt": "2026-05-02",
        "branches": True,
        "recursive": False,
        "options": {"model": "llama3:8b", "temperature": 0.5},
        "messages": list(found),
        **more,
    }


def chatbot_ui(**more: Any) -> dict:
    conversation = {
        "id": "ui-1",
        "name": "Recipes",
        "model": {"id": "llama3:8b"},
        "messages": [
            {"role": "user", "content": "Soup?"},
            {"role": "assistant", "content": "Pumpkin soup."},
        ],
        "prompt": "You are a cook.",
        "folderId": "f",
        **more,
    }
    return {"version": 4, "history": [conversation], "folders": [{"id": "f", "name": "Kitchen"}]}


ONE_OF_EACH: dict[str, Any] = {
    "chatgpt": [chatgpt()],
    "claude": [claude()],
    "open-webui": [open_webui()],
    "librechat": librechat(),
    "chatbot-ui": chatbot_ui(),
}


def write(folder: Path, value: Any, name: str = "export.json") -> Path:
    path = folder / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


def packed(files: dict[str, Any], **entry: Any) -> bytes:
    """An archive of these files, each given as bytes or as JSON."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            archive.writestr(name, data)
    return made.getvalue()
