"""Measurements of training and answering on this machine, side by side with what others offer. Nothing imports it."""
