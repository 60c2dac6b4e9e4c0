"""JSON doors: the same services as the pages', for programs. Loaded when the first program asks."""
