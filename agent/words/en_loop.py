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
    "help.retrain": "`/tune retrain` – train again on the grown dataset, and compare with the version in use",
    "help.use": "`/tune use` – which version is in use; `/tune use v2` chooses another",
    "help.history": "`/tune history` – versions, what changed, scores over time, and weak tasks",
    # The version in use
    "loop.comparing": (
        "I now put the same requests before version {used}, which is in use. Then I say whether version {version} takes its place."
    ),
    "loop.saved": (
        "Saved: **{name} v{version}**. Version {used} stays in use for now. Ask the new one by its number: `/tune ask v{version}: …`."
    ),
    "loop.title_in_use": "{name} v{version} is in use now",
    "loop.title_waits": "{name} v{version} waits: which version do you want to use?",
    "models.name": "{name} v{version}",
    "models.in_use": "{name} v{version} (in use)",
    "loop.title_which": "Which version is in use?",
    "loop.title_chosen": "Which version is in use was decided",
    "loop.title_kept": "The version in use was kept",
    "loop.note_by_person": "It was put to use by a person while it was compared.",
    "loop.note_by_verdict": "It is shown to be better than the version that was in use, and nothing that must not get worse is shown to be.",
    "loop.note_back": "`/tune ask` without a version asks it. One tap goes back to version {version}.",
    "loop.note_ask": "`/tune ask` without a version asks it.",
    "loop.note_waits": "Version {used} stays in use until somebody says otherwise. Ask the new one with `/tune ask v{version}: …`.",
    "loop.note_which": "Version {version} is: `/tune ask` without a version asks it. `/tune use v{other}` chooses another.",
    "loop.beside": "Beside {who}",
    "loop.use": "Use version {version}",
    "loop.back_to": "Back to version {version}",
    "loop.keep": "Keep version {version}",
    "loop.kept": "Version {version} stays in use. The other one is kept too: `/tune use` shows all.",
    "loop.in_use_already": "Version {version} is in use already.",
    "loop.only": "Version {version} is in use. There is no other one yet: `/tune retrain` makes one.",
    "loop.none": "There is no trained model yet. `/tune train` makes one.",
    "loop.no_version": "I know no version “{name}” here. There are: {versions}.",
    "loop.gone": "That version is not there any more.",
    "loop.files_gone": (
        "The files of version {version} are not there any more, so it could not answer, and nothing was changed. Put them back from a "
        "backup of the home folder, or make another version of the same examples with `/tune retrain afresh`."
    ),
    "loop.files_there": "These can be used: {versions}.",
    "loop.in_use_lost": (
        "Version {version} is in use, but its files are not there any more, so it cannot answer. Choose another one, put the files back "
        "from a backup of the home folder, or make another version with `/tune retrain afresh`."
    ),
    "loop.published_already": "In Ollama it is there already, as `{model}`.",
    # Why a version does not take another's place by itself
    "loop.why_not_shown": "No difference from version {used} is shown, which does not mean that there is none.",
    "loop.why_by_length": (
        "Only a judge finds a difference between version {version} and version {used}, and it may be for the length of the answers."
    ),
    "loop.why_too_few": "There are too few test requests to tell version {version} from version {used}.",
    "loop.why_form_only": "Version {version} is shown to be better in form alone, not in what its answers say.",
    "loop.why_worse": "Version {version} is shown to be worse than version {used}.",
    "loop.why_mixed": "Version {version} is shown to be better than version {used} in some things and worse in others.",
    "loop.why_not_the_request": "The answers of version {version} fit other requests as well as their own, or only say them back.",
    "loop.why_other_abilities": "Version {version} is shown to have lost some of its other abilities.",
    "loop.why_private": "Version {version} gives away personal data or secrets where version {used} does not (answers: {count}).",
    "loop.why_pins": "Version {version} fails at a pinned request that passed before.",
    "loop.why_below_base": "Beside the base model version {version} does not hold.",
    "loop.why_not_compared": "It could not be compared with version {used}.",
    "loop.why_changed": "While it was compared, version {used} was put to use; it was held against another one.",
    # Training again
    "retrain.first": "There is no version yet, so this is the first run.",
    "retrain.title": "What came since version {version}",
    "retrain.header_who": "Given by",
    "retrain.header_kind": "Kind",
    "retrain.header_count": "Examples",
    "retrain.text": "New examples: {added}, beside the {had} that it was made with.",
    "retrain.unknown": (
        "The rows that version {version} was made with are not there any more, so I cannot tell which examples are new."
    ),
    "retrain.nothing_new": (
        "No example came since version {version}: another run with the same settings would learn much the same. "
        "`/tune history weak` says what it lacks."
    ),
    "retrain.corrected": "Of what version {version} learned from, {changed} read otherwise now and {gone} are not used any more.",
    "retrain.somebody": "somebody",
    "retrain.not_understood": "I know `/tune retrain continue` and `/tune retrain afresh`.",
    "retrain.ways": (
        "To continue is to go on with what version {version} has learned; to train afresh is to begin with the base model again. "
        "Both learn from all examples, old and new."
    ),
    "retrain.continues": "This run would continue version {version}.",
    "retrain.begins": "This run would begin afresh.",
    "retrain.advice_continue": "I recommend to continue:",
    "retrain.advice_afresh": "I recommend afresh:",
    "retrain.cannot": "It cannot be continued, so this run would begin afresh:",
    "retrain.why_start_gone": "the files of version {version} are not there.",
    "retrain.why_start_forgotten": (
        "examples that version {version} learned from were deleted, or are not known any more, and what it learned from them cannot "
        "be taken out of it."
    ),
    "retrain.why_start_unfit": "version {version} was made on another base model, or with another size of adapter.",
    "retrain.why_corrected": (
        "answers that it learned were corrected or dropped since (changed: {changed}, dropped: {gone}), and it would go on with the old ones."
    ),
    "retrain.why_grown": "{added} new examples beside {had} are many, and are best weighed evenly with the others.",
    "retrain.why_chain": "{steps} versions continued each other already, and whatever the first learned wrongly is in all of them.",
    "retrain.why_quick": "it is quick enough here, and nothing that went wrong before is carried along.",
    "retrain.why_slow": "little was added, and to begin afresh would take long here.",
    "retrain.begins_with": "Begins with",
    "retrain.begins_with_version": "version {version}, and goes on with what it has learned",
    "retrain.button": "Retrain and compare",
    "retrain.pick_continue": "Continue version {version} instead",
    "retrain.pick_afresh": "Train afresh instead",
    # History
    "history.not_understood": "I know `/tune history` and `/tune history weak`.",
    "history.title": "Versions",
    "history.text": (
        "The latest {shown} of {all}. Verdicts rest on test requests that no version learned from; /tune compare and /tune evaluate show them."
    ),
    "history.header_version": "Version",
    "history.header_made": "Made",
    "history.header_rows": "Examples",
    "history.header_changed": "Changed settings",
    "history.header_verdict": "Verdict",
    "history.header_in_use": "In use",
    "history.rows": "{count} ({added} new)",
    "history.continued": "continued version {version}",
    "history.changed": "{name} {before} → {after}",
    "history.same": "none",
    "history.beside_base": "base model: {verdict}",
    "history.beside": "version {version}: {verdict}",
    "history.verdict_better": "better",
    "history.verdict_better_form": "better in form alone",
    "history.verdict_worse": "worse",
    "history.verdict_mixed": "better in some, worse in others",
    "history.verdict_no_difference": "no difference shown",
    "history.verdict_by_length": "may be length alone",
    "history.verdict_request_ignored": "answers fit any request",
    "history.verdict_request_repeated": "answers repeat the request",
    "history.verdict_too_few": "too few requests to tell",
    "history.verdict_no_interval": "not told request by request",
    "history.verdict_nothing_measured": "nothing measured",
    "history.since": "since {since}",
    "history.day": "on {day}",
    "history.span": "{since} to {until}",
    "history.no_chart": "There is no chart yet: no version was compared, or its comparison was deleted.",
    "history.chart_text": (
        "A line joins versions only where all of them answered the same requests; its dots are means over these. Hollow dots rest on "
        "fewer than 20 requests, which tell nothing for certain."
    ),
    "history.chart_title": "What versions reached on the same requests",
    "history.axis": "points of 100, more is better",
    "history.alt": "Chart of what versions reached, in points of 100. {tracks}.",
    "history.track": "{name}: {told}",
    "history.point": "version {version} at {value}",
    "history.stretch": "{points} (the same {requests} requests)",
    "history.alone": "{points} ({requests} requests of its own)",
    "history.few": ", which are few",
    "history.then": "; on other requests ",
    # Weak tasks
    "weak.title": "How version {version} does, by kind of task",
    "weak.text": (
        "Failing are test answers that have a fault or got worse than the base model's; in parentheses the 95 % interval of the share. "
        "Of fewer than {fewest} nothing is said. How much better it gets by more examples nobody knows beforehand: the numbers are those "
        "of your plan, or the 10 in all that the training guide adds after a round."
    ),
    "weak.header_kind": "Kind",
    "weak.header_failing": "Failing",
    "weak.header_said": "Called good",
    "weak.header_examples": "Examples",
    "weak.header_needs": "Needs",
    "weak.none_asked": "no test request",
    "weak.counted": "{count} of {n}",
    "weak.said": "{good} of {n}",
    "weak.with_interval": "{counted} ({low} to {high} %)",
    "weak.beyond_plan": "{done} (the plan wants {total})",
    "weak.needs_weak": "weak: {examples} more examples",
    "weak.needs_weak_full": "weak, though the plan is met: look at its examples first (`/tune examples`), then {examples} more",
    "weak.needs_plan": "{examples} more examples, by your plan",
    "weak.needs_unclear": "cannot be told: about {requests} more test requests would",
    "weak.needs_unknown": "cannot be known: {requests} more test requests are the least",
    "weak.needs_good": "nothing that is known",
    "weak.no_plan": "Without a plan I know no kinds of tasks. `/tune plan` makes one.",
    "weak.against_all": "What people found wrong with its answers, of all that they judged: {listed}.",
    "weak.against": "{criterion} {share}",
    "weak.against_beyond_chance": "That is more than a quarter, beyond chance, for {criteria}.",
    "weak.title_collect": "What next?",
    "weak.collect": "Give {plural}",
    "weak.note_train": "Retrain and compare shows first what came and what it takes; nothing starts before you say so.",
    "weak.note_collect": "Some examples of each kind are kept for testing, so more examples bring more test requests too.",
    # On the card of a run
    "loop.beside_in_use": "Compared with the version in use",
    "loop.beside_in_use_known": "version {version} answers the same requests too; the time includes it",
    "loop.beside_in_use_judged": "version {version} answers the same requests too, and judges are asked as much again; both counts include it",
}
