"""Everything between the command `serve` and the first request."""


class LaunchError(Exception):
    """The server cannot be started; the text says why and what to do."""
