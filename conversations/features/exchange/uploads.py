"""An upload goes straight to its place below DATA_DIR, and no further than the limit."""

from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload


class ImportUploadHandler(FileUploadHandler):
    """`path` is where the file is; `is_too_large` where it was cut off and removed."""

    def __init__(self, folder: Path, limit: int) -> None:
        super().__init__()
        self.folder, self.limit = folder, limit
        self.path: Path | None = None
        self.size = 0
        self.is_too_large = False
        self._file: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.discard()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.path, self.size = self.folder / f"{uuid4()}.part", 0
        self._file = self.path.open("wb")
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size += len(raw_data)
        if self.size > self.limit:
            self.is_too_large = True
            self.discard()
            raise StopUpload(connection_reset=False)
        if self._file:
            self._file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        if self._file:
            self._file.close()
        return UploadedFile(None, self.file_name, self.content_type, file_size)

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        if self._file:
            self._file.close()
        if self.path:
            self.path.unlink(missing_ok=True)
        self.path = self._file = None
