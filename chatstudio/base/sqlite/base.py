"""Django closes the connection of a thread with the thread, and under ASGI each request has a
thread of its own. To open SQLite's anew costs about 2 ms, and all that it had read is read again;
here the next request takes over what the last one leaves.
"""

import atexit
import sqlite3
from weakref import WeakSet

from django.db.backends.sqlite3 import base

from chatstudio.base.sqlite import idle

atexit.register(idle.close_all)  # the last one to close writes the journal into the database


class DatabaseWrapper(base.DatabaseWrapper):
    _where: idle.Place | None = None
    _has_failed = False

    @property
    def errors_occurred(self) -> bool:
        return self._errors_occurred

    @errors_occurred.setter
    def errors_occurred(self, value: bool) -> None:
        """Django takes it back, at the end of a transaction as at the end of a request."""
        self._errors_occurred = value
        self._has_failed = self._has_failed or value

    def get_new_connection(self, conn_params: dict[str, object]) -> sqlite3.Connection:
        self._cursors = WeakSet[sqlite3.Cursor]()
        self._has_failed = False
        self._where = self._place()
        if taken := idle.take(self._where):
            taken.execute("PRAGMA foreign_keys = ON")  # what loads data switches it off
            return taken
        made: sqlite3.Connection = super().get_new_connection(conn_params)
        self._where = self._place()  # there may have been no file before
        return made

    def _place(self) -> idle.Place | None:
        return None if self.is_in_memory_db() else idle.place(self.settings_dict["NAME"])

    def create_cursor(self, name: str | None = None) -> base.SQLiteCursorWrapper:
        cursor: base.SQLiteCursorWrapper = super().create_cursor(name)
        self._cursors.add(cursor)
        return cursor

    def _close(self) -> None:
        if self.connection is None:
            return
        for cursor in self._cursors:  # a result half read would hold the next one to its moment
            cursor.close()
        is_sound = not (self.in_atomic_block or self._has_failed)
        if not (is_sound and idle.keep(self._where, self.connection)):
            super()._close()  # type: ignore[misc]
