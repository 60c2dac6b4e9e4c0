"""A believable set of conversations and figures to look at, and to take away again.

    texts.py     what is said in it
    talks.py     the same as conversations
    figures.py   what answers took, over thirty days
    seeding.py   rows, marked so that they can be told from a person's own

They come in as an import does, under a format that no file has; that is the mark.
"""
