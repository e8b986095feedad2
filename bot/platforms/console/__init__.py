"""The terminal as a chat platform: a post is a transcript row, and the screen is drawn from those."""
