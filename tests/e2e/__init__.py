"""The real product, from outside: real processes, a real database, a real run."""
