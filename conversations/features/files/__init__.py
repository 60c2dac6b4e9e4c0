"""Files that go with a message: received, read in a child process, shown, and sent to a model.

Nothing is imported here: the child process (`reader/`) starts without Django.
"""
