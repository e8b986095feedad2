"""Floor 3: making models. Jobs, the service that runs them, and the worker process in which torch lives."""
