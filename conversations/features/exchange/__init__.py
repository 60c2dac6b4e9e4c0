"""Conversations in from other files, and out into them.

values.py       what passes between the two: ForeignConversation and its parts, Problem
formats/        one file each; a dict as registry
opening.py      a file or an archive to streams, with what is refused
items.py        a stream to single JSON values, however large the whole is
reading.py      those values to ForeignConversations, each told apart by its content
tree.py         trees without cycles, strangers and doubles
importing.py    one ForeignConversation to rows, in one short transaction
loading.py      rows to ForeignConversations
sections.py     what others add to our own format (metrics, feedback, memories, attached files …)
staging.py      where attached files wait for their message
runs.py         a whole file: its row, progress, report; from a command or in the background
"""
