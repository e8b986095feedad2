"""Over time: requests that are pinned for good, and evaluations of any versions and models."""

SENTENCES: dict[str, str] = {
    # Pinned requests, in a comparison
    "pins.page": "## Pinned requests, one by one",
    "pins.heading": "Pin {number}: {change}",
    "pins.change_regressed": "fails now, passed before",
    "pins.change_fixed": "passes now, failed before",
    "pins.change_failing": "fails",
    "pins.change_passing": "passes",
    "pins.change_changed": "another answer than before (no rule)",
    "pins.change_unchanged": "the same answer as before (no rule)",
    "pins.change_first": "answered for the first time (no rule)",
    "pins.kept": "Pinned requests: {who} keeps the rules of {kept} of {n}. They are chosen by hand, so they are no part of the verdict.",
    "pins.number": "pinned request {numbers}",
    "pins.numbers": "pinned requests {numbers}",
    "pins.regressed": "Regression: {pins} passed with {against} and failed with {who}. The file shows the answers side by side.",
    "pins.fixed": "Mended: {pins} failed with {against} and passed with {who}.",
    "pins.failing": "Not mended: {pins} failed with {against} and with {who}.",
    "pins.failing_first": "Failed with {who}, and nobody answered it before: {pins}.",
    "pins.no_rule": "Pinned without a rule, so compared by change only: {pins}. With another answer than before: {changed}.",
    "pins.none": "none",
    "pins.learned": "In the training rows: {pins}. The model was shown how to answer that, so that it passes proves little.",
    "pins.unanswered": "Not answered: {pins}. Either pinned since, or too long for the model.",
    "pins.must": "Must stand in the answer",
    "pins.must_not": "Must not stand in the answer",
    "pins.is_missing": "Missing",
    "pins.stands_there": "Stands there, and must not",
    "pins.passes": "passes",
    "pins.broken_empty": "fails: the answer is empty",
    "pins.broken_must": "fails: what must stand there is missing",
    "pins.broken_must_not": "fails: what must not stand there does",
    "pins.broken_format": "fails: not in the agreed format",
    "pins.broken_likeness": "fails: not like the answer that is wanted",
    "pins.rule_must": "must hold {terms}",
    "pins.rule_must_not": "must not hold {terms}",
    "pins.rule_format": "keeps the agreed format",
    "pins.rule_likeness": "is like the wanted answer",
    "pins.rule_none": "no rule: compared by change only",
    "pins.this_version": "this version",
    "help.pin": "`/tune pin …` – pin a request that every version has to answer well (`/tune pin` lists them)",
    "help.evaluate": "`/tune evaluate` – put the same requests before versions, the base and hosted models (`/tune evaluate v1 v3`)",
    # Pinning
    "pin.title": "Pinned requests: {count}",
    "pin.title_none": "No request is pinned yet",
    "pin.title_remove": "Take pin {number} away?",
    "pin.list": "Pinned",
    "pin.line": "{number}. {request} ({rule})",
    "pin.line_state": "{line} – {change}, {who}",
    "pin.give": "Pin a request",
    "pin.button": "Pin",
    "pin.remove": "Take one away",
    "pin.note": (
        "Every new version answers them, and I say what got worse than in the version before. "
        "In words: `/tune pin When is it due? | must: 3 March | must not: April`; `/tune pin remove 2` takes one away; "
        "`/tune pin #5` pins test request 5 of the latest comparison."
    ),
    "pin.how": (
        "Write it in one message, each rule behind a bar or on a line of its own: "
        "`/tune pin When is it due? | must: 3 March | must not: April`. "
        "Instead of these, or besides: `answer:` the answer you would want; `format: agreed` if it has to keep to the agreed format; "
        "`input:` what the request is about."
    ),
    "pin.how_to_remove": "Write `/tune pin remove 2` for the second one.",
    "pin.form": "Pin a request",
    "pin.submit": "Pin",
    "pin.form_remove": "Take a pin away",
    "pin.submit_remove": "Take it away",
    "pin.field_pin": "Which one",
    "pin.field_instruction": "Request",
    "pin.field_must": "Must stand in the answer",
    "pin.field_must_not": "Must not stand there",
    "pin.field_reference": "The answer you would want",
    "pin.field_format": "Keeps the agreed format",
    "pin.format_yes": "Yes, that is a rule",
    "pin.format_no": "No matter",
    "pin.hint_instruction": "As somebody would put it, with the text that it is about.",
    "pin.hint_must": "A word or a few, one rule on each line. Letter case does not matter.",
    "pin.hint_must_not": "The same for what would be wrong.",
    "pin.hint_reference": "Counts by likeness where there is no other rule; without any rule only a change is told.",
    "pin.rule": "What is asked of the answer",
    "pin.done": "Pinned as number {number}. Every version from now on answers it.",
    "pin.done_no_rule": (
        "For a rule, take it away and pin it again with what must stand in the answer: "
        "`/tune pin When is it due? | must: 3 March`."
    ),
    "pin.done_learned": "It stands in the training examples, though: that a version passes it will prove little.",
    "pin.done_sensitive": (
        "It looks as if something personal or secret stands in it. Colleagues and models will read it: if that should not be, "
        "`/tune pin remove {number}`."
    ),
    "pin.there_already": "That request is pinned already, as number {number}. To change its rules, take it away and pin it again.",
    "pin.removed": "It is not pinned any more.",
    "pin.no_such_pin": "There is no pin of that number. `/tune pin` lists them.",
    "pin.no_such_request": "The latest comparison has no request {number}. `/tune compare` shows it.",
    "pin.fault_too_many": "There are {most} pins already, which is as many as there can be. `/tune pin` lists them: take one away first.",
    "pin.fault_no_request": "There is no request in it. Write it first, then the rules.",
    "pin.fault_too_long": "That is too long: {length} characters, and at most {limit} are possible.",
    "pin.fault_terms": "At most {most} terms, of at most {limit} characters each.",
    "pin.fault_both": "The same words cannot both have to stand in the answer and not stand there.",
    "pin.fault_no_format": "No format is agreed for this project that an answer could be checked for. `/tune format` agrees one.",
    "evaluate.version": "version {number}",
    # An evaluation: what it would cost
    "evaluate.title": "Evaluate these on the same requests?",
    "evaluate.title_later": "Evaluation: not now",
    "evaluate.title_started": "Evaluation started",
    "evaluate.title_changed": "Evaluation: a new estimate is below",
    "evaluate.contenders": "Who answers",
    "evaluate.requests": "Requests",
    "evaluate.requests_value": "{count}: {kinds}",
    "evaluate.count_row": "{count} held-out examples",
    "evaluate.count_pack": "{count} test prompts",
    "evaluate.count_general": "{count} for general abilities",
    "evaluate.count_pinned": "{count} pinned",
    "evaluate.time": "On this machine",
    "evaluate.time_value": "about {low} to {high}",
    "evaluate.hosted_outside": "Hosted model",
    "evaluate.hosted_ollama": "Ollama model",
    "evaluate.judging": "Judges",
    "evaluate.cost": "{name} at most {calls} calls, {tokens} tokens",
    "evaluate.note_first": "The others are compared with {first}.",
    "evaluate.note_first_of_two": "{second} is compared with {first}.",
    "evaluate.note_left_out": "Left out, for one of the versions was trained on them: {count} held-out examples.",
    "evaluate.note_leaves": (
        "{names} reads all of these requests: held-out examples, pinned requests and test prompts leave this machine."
    ),
    "evaluate.note_ollama": "{names} is asked at the Ollama server that is set up here: it reads all of these requests.",
    "evaluate.note_most": "It costs no more than that: what is not answered by then stays open. Nothing is spent before you start.",
    "evaluate.note_free": "No hosted model is asked. Nothing begins before you start.",
    "evaluate.start": "Start",
    "evaluate.later": "Not now",
    "evaluate.changed": "Since that card was shown it has become more. Nothing was started; here is the new estimate.",
    "evaluate.started": "Evaluation {number} has begun. I say here what comes of it.",
    "evaluate.going_on": "Evaluation {number} is under way.",
    # How far it is
    "evaluate.title_asked": "Evaluation {number}",
    "evaluate.title_answering": "Evaluation {number}: answering",
    "evaluate.title_done": "Evaluation {number}: done",
    "evaluate.title_failed": "Evaluation {number}: nothing to compare",
    "evaluate.title_cancelled": "Evaluation {number}: stopped",
    "evaluate.stop": "Stop",
    "evaluate.go_on": "Go on",
    "evaluate.waits": "waits",
    "evaluate.job_queued": "waits for the trainer",
    "evaluate.job_running": "answers",
    "evaluate.job_done": "has answered",
    "evaluate.job_failed": "failed",
    "evaluate.job_cancelled": "stopped",
    "evaluate.state_lacking": "{count}, {why}",
    "evaluate.state_judged": "{state}; judged: {done} of {total}",
    "evaluate.why_down": "not reachable, or it refuses the key",
    "evaluate.why_slow": "too slow",
    "evaluate.why_empty": "empty or refused answers",
    "evaluate.why_budget": "the budget that was shown is spent",
    "evaluate.why_out_of_time": "it took too long",
    "evaluate.why_stopped": "stopped",
    "evaluate.stopping": "I am stopping evaluation {number}.",
    "evaluate.status": "Evaluation {number}: {who} {state}.",
    # What came of it
    "evaluate.stopped": "Evaluation {number} was stopped. `/tune evaluate` proposes another.",
    "evaluate.failed": "Evaluation {number}: {who} could not answer. {reason} The others go on.",
    "evaluate.nobody": (
        "Evaluation {number}: fewer than two have answered, so there is nothing to compare. `/tune evaluate` proposes another."
    ),
    "evaluate.done": "Evaluation {number} is done.",
    "evaluate.hosted_lacks": "{who} answered {answered} of {of} requests: {why}.",
    "evaluate.ask_again": "Go on, on the card above, asks for the rest.",
    "evaluate.not_compared": "{who} is not compared: it takes answers to {share} % of the requests.",
    "evaluate.other_first": "The others are compared with {who}, for {first} has not answered.",
    "evaluate.note": "{who}: {text}",
    "evaluate.about": "{who} beside {reference}: {text}",
    "evaluate.table": "Evaluation {number}: each beside {who}",
    "evaluate.table_text": (
        "A cell is the value, then the difference from {who} with its 95 % interval, the outcome, and of how many requests each won. "
        "Outcomes are corrected for all criteria of all contenders together (Holm's method), so an interval that just leaves out 0 may "
        "still say “no difference shown”."
    ),
    "evaluate.losses_hosted": (
        "Without test loss: {who} beside {first}. Hosted models do not tell it. A version's own comparison has it (`/tune compare`)."
    ),
    "evaluate.losses_before": (
        "Without test loss: {who} beside {first}. This evaluation began before it was measured; a new one measures it (`/tune evaluate`)."
    ),
    "evaluate.losses_unmeasured": (
        "Without test loss: {who} beside {first}. It was not measured of both in a way that can be compared: memory was too short, or the "
        "machine had changed."
    ),
    "evaluate.cell": "{value}; {difference}; {outcome}; {record}",
    "evaluate.pins": "Pinned requests",
    "evaluate.pins_text": "What each makes of the pins, beside the first of them. Pins are chosen by hand and part of no verdict.",
    "evaluate.left_out": "Held-out examples that were not asked, for one of the versions was trained on them: {count}.",
    "evaluate.picture": "The differences of {who} with their intervals. Those of the others are in the file.",
    "evaluate.file": (
        "All of it with every answer, in a file. It says which model wrote what: whoever still rates answers of these versions, "
        "opens it after that."
    ),
    "evaluate.pin_regressed": "fails, where the first passes",
    "evaluate.pin_fixed": "passes, where the first fails",
    "evaluate.pin_changed": "another answer than the first (no rule)",
    "evaluate.pin_unchanged": "the same answer as the first (no rule)",
    "evaluate.pin_first": "answered (no rule)",
    "evaluate.md_title": "# {name}, evaluation {number}",
    "evaluate.spent": "Asked of hosted models: {calls} calls, about {tokens} tokens.",
    # Lists
    "evaluate.versions": "Versions so far",
    "evaluate.versions_text": (
        "Each version's own comparison: what it reached, and the difference from the base on the same requests. "
        "Different versions may have been asked different requests; an evaluation asks all of them the same."
    ),
    "evaluate.reached": "{value}; {difference} against the base",
    "evaluate.list": "Evaluations",
    "evaluate.list_text": (
        "`/tune compare evaluation {number}` shows one again, `/tune rate evaluation {number}` lets you rate its answers blind."
    ),
    "evaluate.column_number": "Number",
    "evaluate.column_contenders": "Who",
    "evaluate.column_state": "State",
    "evaluate.column_verdict": "What came of it",
    "evaluate.state_asked": "proposed",
    "evaluate.state_answering": "under way",
    "evaluate.state_done": "done",
    "evaluate.state_failed": "nothing to compare",
    "evaluate.state_cancelled": "stopped",
    "pins.column": "Pin",
    "forget.evaluations": "Too little is left of these evaluations to compare anybody: {numbers}.",
    # What is wrong with the names
    "evaluate.fault_no_version": "There is no saved version to evaluate yet. `/tune train` makes one.",
    "evaluate.fault_alone": "{name} alone cannot be compared. Name two or more, such as `/tune evaluate base v1`.",
    "evaluate.fault_too_many": "{count} are too many at once: at most {most} can be compared.",
    "evaluate.fault_not_a_name": "I do not know {name}. There are: {known}; a hosted model is named as `provider:model`.",
    "evaluate.fault_no_such_version": "There is no saved version {number} here. There are: {known}.",
    "evaluate.fault_not_allowed": (
        "{name} may not be asked here. Allowed: {allowed}. Whoever runs this installation can allow others (`THREADTUNE_CONTENDERS`)."
    ),
    "evaluate.fault_none_allowed": (
        "{name} may not be asked here: no hosted model is allowed. Whoever runs this installation can allow some "
        "(`THREADTUNE_CONTENDERS`)."
    ),
}
