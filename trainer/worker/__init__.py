"""The worker: one process for one attempt, and the only home of torch, transformers and peft.

It sees ``trainer.run_dir``, ``dataset`` and ``storage.domain``, and local paths. It knows no database and no network.
"""
