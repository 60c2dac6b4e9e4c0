"""Templates are laid out for who reads them; pages do not carry that layout to a browser."""

import re

from django.template import Origin
from django.template.loaders import filesystem

CONTROL = "load|extends|if|elif|else|endif|for|empty|endfor|with|endwith"
BEGINNING = r"(?:\A|(?<=\n)|(?<=\n ))"
CONTROL_LINE = re.compile(rf"{BEGINNING}(\{{#[^#\n]*#\}}|\{{% (?:{CONTROL})\b[^%\n]*%\}})\n ?")
INDENTED = re.compile(r"\n\s+")


class Loader(filesystem.Loader):
    """A line that only controls what is shown leaves nothing, and white space of several
    characters becomes a space. So no template may count on how one of its lines begins."""

    def get_contents(self, origin: Origin) -> str:
        written = INDENTED.sub("\n ", str(super().get_contents(origin)))
        return CONTROL_LINE.sub(r"\1", written).replace("\n ", " ")
