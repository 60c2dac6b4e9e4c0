from django.dispatch import Signal

generations_finished = Signal()
"""Sent in a worker thread, once for all generations that have ended in one moment and are saved.

Argument: `ended`, pairs of a generation (the row, with message and conversation loaded) and its
outcome (answering.course.Ended). A receiver that fails is logged and never felt by the answers.
"""
