from collections.abc import Iterator
from pathlib import Path, PurePath

import brotli
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatstudio.joined_modules import join_modules

type Found = dict[str, tuple[Storage, str]]  # by name: where a file was, and its name there

SCRIPTS = PurePath("js")
ENTRY = "studio.js"


class QuickCompressor(Compressor):  # type: ignore[misc]
    """Brotli at its best takes seven seconds for all files, most of them for a few large ones of
    the administration that hardly anybody loads."""

    LARGE, QUICK, BEST = 64_000, 8, 11

    @classmethod
    def compress_brotli(cls, data: bytes) -> bytes:
        quality = cls.BEST if len(data) < cls.LARGE else cls.QUICK
        return bytes(brotli.compress(data, quality=quality))


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Remembers the addresses: a page names the icons' file a hundred times, and joining and
    quoting its address was a tenth of the page's time. Offers our scripts as one file."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if force or settings.DEBUG:
            return str(super().url(name, force))
        if name not in self._urls:
            self._urls[name] = str(super().url(name))
        return self._urls[name]

    def create_compressor(self, **options: object) -> Compressor:
        return QuickCompressor(**options)

    def post_process(
        self, paths: Found, dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        if not dry_run:
            paths = self._with_joined_scripts(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _with_joined_scripts(self, paths: Found) -> Found:
        """The modules themselves were copied; only what they are joined to stays."""
        modules = {name for name in paths if PurePath(name).parent == SCRIPTS}
        sources = {}
        for name in modules:
            storage, path = paths[name]
            sources[PurePath(name).name] = Path(storage.path(path)).read_text("utf-8")
            self.delete(name)
        joined = str(SCRIPTS / ENTRY)
        self._save(joined, ContentFile(join_modules(ENTRY, sources).encode()))
        others = {name: found for name, found in paths.items() if name not in modules}
        return {**others, joined: (self, joined)}
