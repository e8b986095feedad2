"""The ports of storage in memory: a store that a test or an example can have at once, and that forgets at the end.

It knows nothing of databases, files or other processes. No method waits in its middle, so each is one transaction.
"""

from storage.memory.jobs import MemoryJobs
from storage.memory.store import memory_store

__all__ = ["MemoryJobs", "memory_store"]
