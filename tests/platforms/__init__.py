"""One contract for all platforms: the same conversation has the same meaning on each.

The house behind them is real: SQLite, inbox, interview, outbox. Only models and the trainer are played.
"""
