"""The ports of storage on SQLite and PostgreSQL. Named only where a process is assembled."""

from storage.sql.store import OpenStore, open_store, sqlite_url

__all__ = ["OpenStore", "open_store", "sqlite_url"]
