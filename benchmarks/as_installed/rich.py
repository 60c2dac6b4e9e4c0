"""In the way of the package of this name, which httpx imports where it finds it: the tools of
development bring it along, and a server that somebody runs has none of them."""

raise ImportError("not where Chat Studio is installed for use")
