"""One HTML page that opens without a network: the product's own templates and style, and a small
script that searches, all of it in the file. Write only."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.html_archive.write import write

FORMAT = Format(
    "html",
    "Web page (HTML archive)",
    "One page to read and to search without Chat Studio and without a network; the branch that is "
    "shown of each conversation.",
    extension="html",
    content_type="text/html",
    write=write,
)
