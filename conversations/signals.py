from django.dispatch import Signal

generation_finished = Signal()
"""Sent once for every generation that has ended and is saved, in a worker thread.

Arguments: `generation` (the row, with message and conversation loaded) and `outcome`
(answering.course.Outcome). A receiver that fails is logged and never felt by the answer.
"""
