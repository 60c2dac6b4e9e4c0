"""Templates are laid out for who reads them; pages do not carry that layout to a browser."""

import re

from django.template import Origin
from django.template.loaders import filesystem

LAYOUT = re.compile(r"\n\s+")
CONTROL = "load|extends|if|elif|else|endif|for|empty|endfor|with|endwith"
CONTROL_LINE = re.compile(rf"^(\{{#.*#\}}|\{{% (?:{CONTROL})\b[^\n]*?%\}})\n", re.MULTILINE)


class Loader(filesystem.Loader):
    """White space of several characters becomes one line break, and a line that only controls
    what is shown leaves none. So no template may count on the white space at a line's beginning."""

    def get_contents(self, origin: Origin) -> str:
        return CONTROL_LINE.sub(r"\1", LAYOUT.sub("\n", str(super().get_contents(origin))))
