"""The data engine: paths in, rows out. No rows of ours, no HTML.

A file becomes one immutable DuckDB file (`reading`), which is asked read-only (`asking`). Both are
work of a child process (`process`, and what it runs in `child/`): the engine is heavy, files and
queries come from strangers, and the operating system can put a limit on a process alone.
"""
