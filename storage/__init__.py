"""Floor 1: facts. What is known about people, projects, rows, jobs, runs and messages, and where files lie."""
