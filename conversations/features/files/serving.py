"""A file as it goes out to its owner's browser or program."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from conversations.features.files import storage as files
from conversations.models import Attachment


def serve_file(row: Attachment, is_small: bool = False) -> HttpResponse:
    """An image as we wrote it; anything else to be saved, whatever it says it is."""
    ending = files.ORIGINAL
    if row.is_image:
        ending = files.SMALL if is_small else files.PICTURE
    try:
        data = files.path_of(row.public_id, ending).read_bytes()
    except OSError as error:
        raise Http404 from error
    media_type = row.media_type if row.is_image else "application/octet-stream"
    response = HttpResponse(data, content_type=media_type)
    as_file = content_disposition_header(not row.is_image, row.name)
    response["Content-Disposition"] = as_file or "attachment"
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
