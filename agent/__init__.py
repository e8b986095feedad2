"""Floor 4: the interview. What to say and do next, on any platform; it has never heard of one."""
