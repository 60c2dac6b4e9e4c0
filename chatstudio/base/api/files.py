"""Files in and out, as the API's document describes them."""

from collections.abc import Mapping

from django.http import HttpRequest

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.scopes import FORM, Needs

MANAGE_FILES = Needs("manage", takes_files=True)

BINARY = {"type": "string", "format": "binary"}


def takes_file(**more: Mapping[str, object]) -> dict[str, object]:
    """A form with one `file`, and further fields."""
    schema = {"type": "object", "required": ["file"], "properties": {"file": BINARY, **more}}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


def gives_file(*content_types: str) -> dict[str, object]:
    content = {name: {"schema": BINARY} for name in content_types}
    return {"responses": {200: {"description": "The file, as it is made.", "content": content}}}


def refuse_several(request: HttpRequest) -> None:
    """Reads the upload."""
    if sum(len(files) for _, files in request.FILES.lists()) > 1:
        raise ApiError(422, fields={"file": ["Send one file at a time."]})
    if set(request.FILES) - {"file"}:
        raise ApiError(422, fields={"file": ["The file's field is called `file`."]})
