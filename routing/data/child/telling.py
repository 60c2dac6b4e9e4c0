from collections.abc import Callable, Mapping
from typing import Any

# How a job tells of what it finds: one JSON object a line.
type Tell = Callable[[Mapping[str, Any]], None]
