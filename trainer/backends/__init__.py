"""Where workers run: one adapter a file. They know argument lists and folders, not what a job is."""
