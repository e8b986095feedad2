"""Floor 2: rows behind a port of their own: reading, checking, splitting, writing them. It knows no database."""
