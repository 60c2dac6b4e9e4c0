"""Images are written anew, so that nothing of what was sent is ever served: smaller, turned as the
camera says, without what the camera noted."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from conversations.features.files.reader.own_images import is_as_we_write
from conversations.features.files.reader.result import Read, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

LONG_SIDE = 1568
"""What models that see take at most before they make it smaller themselves."""
SMALL_SIDE = 480
MOST_PIXELS = 64_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "AVIF")


def read_image(source: Path, picture: Path, small: Path, *, keeps_ours: bool = False) -> Read:
    """With `keeps_ours` one that is as we would have written it keeps its bytes."""
    opened = _open_image(source)
    is_kept = keeps_ours and is_as_we_write(source.read_bytes(), opened, LONG_SIDE)
    is_drawn = opened.format in ("PNG", "GIF")
    image = _plain(opened)
    format = "PNG" if is_drawn or image.mode == "RGBA" else "JPEG"
    if is_kept:
        shutil.copyfile(source, picture)
    else:
        image.save(picture, format)
    read = Read("image", f"image/{format.lower()}", width=image.width, height=image.height)
    image.thumbnail((SMALL_SIDE, SMALL_SIDE))
    image.save(small, format)
    return read


def _open_image(source: Path) -> "ImageFile":
    from PIL import Image, UnidentifiedImageError

    try:
        opened = Image.open(source, formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise Unreadable("image_too_large")
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is made smaller while it is read
        opened.load()
    except Image.DecompressionBombError as error:
        raise Unreadable("image_too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable("broken_image") from error
    return opened


def _plain(opened: "ImageFile") -> "Image":
    """Small enough, upright, in a mode that PNG and JPEG can hold, and with nothing noted in it."""
    from PIL import ImageOps

    image: Image = opened
    if opened.mode not in ("RGB", "L", "RGBA"):
        image = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
        image.info = opened.info
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.info = {}
    return upright
