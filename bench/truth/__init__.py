"""Differences that were planted, and how often what we say of them is true. Each file makes tables; none knows the command line."""
