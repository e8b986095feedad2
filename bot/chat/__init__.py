"""The chat port: what a platform is to the rest of the house; and beside it what every platform's room needs."""
