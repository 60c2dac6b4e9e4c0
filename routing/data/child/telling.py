from collections.abc import Callable

from routing.data.types import Told

# How a job tells of what it finds: one JSON object a line.
type Tell = Callable[[Told], None]
