"""Django's database engine for SQLite, with connections that are used again; see base.py."""
