"""What is said of the loop: training again, the version in use, the history of a project and its weak tasks."""

SENTENCES = {
    "failure.start_gone": "version {version}, which was to be continued, is not there any more. Train afresh with `/tune retrain afresh`.",
    "failure.start_forgotten": (
        "version {version} learned from examples that were deleted since, or what it learned from is not known any more. What it "
        "learned from them cannot be taken out of it, so nothing continues it. Train afresh with `/tune retrain afresh`."
    ),
    "failure.start_unfit": (
        "version {version} cannot be continued with these settings: its adapter has another size, strength or place, or another "
        "base model. Train afresh with `/tune retrain afresh`."
    ),
}
