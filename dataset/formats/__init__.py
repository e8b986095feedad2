"""One file per format, reading and writing. It does not know what becomes of the rows."""
