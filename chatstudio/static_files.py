from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatstudio.joined_modules import join_modules

type Found = dict[str, tuple[Storage, str]]  # by name: where a file was, and its name there

SCRIPTS = PurePath("js")
ENTRY = "studio.js"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise without a thread hop in every request: its own middleware is synchronous only.

    Our files are small, so one is read whole where a request asks for it.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_async:
            return self._answer(request)  # type: ignore[return-value]
        return cast(HttpResponseBase, super().__call__(request))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if self.autorefresh:
            static_file = self.find_file(request.path_info)
        else:
            static_file = self.files.get(request.path_info)
        if static_file is None:
            return cast(HttpResponseBase, await self.get_response(request))
        found = self.serve(static_file, request)
        body = b"".join(found)
        found.close()
        return HttpResponse(body, status=found.status_code, headers=dict(found.headers))


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
