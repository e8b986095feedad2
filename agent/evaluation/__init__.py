"""What base and tuned model did with the same requests, measured: pure functions of texts, losses, judgements and votes.

It knows no store, no file and no sentence.
"""
