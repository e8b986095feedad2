"""Floor 5: where people meet Threadtune."""
