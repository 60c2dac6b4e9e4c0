"""Chat Studio: the Django project."""

import sys

# httpx looks for its command line as it is imported, and with it for Pygments: a megabyte and a
# few milliseconds that no server needs. None makes it do without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
