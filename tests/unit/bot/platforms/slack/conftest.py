"""Properties are judged by what they find, not by how long a busy machine takes; and each run tries the same cases."""

from hypothesis import settings

settings.register_profile("threadtune", deadline=None, derandomize=True)
settings.load_profile("threadtune")
