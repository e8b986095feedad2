"""The chat port: what a platform is to the rest of the house."""
