"""What is said of the loop: training again, the version in use, the history of a project and its weak tasks."""

SENTENCES = {
    "failure.start_unfit": (
        "version {version} cannot be continued with these settings: its adapter has another size, strength or place, or another "
        "base model. Train afresh with `/tune retrain afresh`."
    ),
}
