"""What a person wrote about times, as far as it cannot be taken.

Unclear   words that name no time, no day, or more than one
"""


class Unclear(Exception):
    """What was written can be taken for nothing, or for several things: ``code`` says what is missing.

    ``about`` are the values that its sentence needs, harmless in a sentence of ours (``agent.words.harmless``).
    """

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.about = about
