"""Base and tuned model side by side, what was measured, and the verdict."""

SENTENCES: dict[str, str] = {
    "compare.started": "Now the base model and yours answer the same test requests.",
    "compare.of_run": "Run {number}",
    "compare.of_evaluation": "Evaluation {number}",
    "compare.base_name": "the base model",
    "compare.tuned_name": "your model",
    "compare.title": "{what}: {tuned_name} and {base_name}",
    "compare.header": "Criterion",
    "compare.base": "Base model",
    "compare.tuned": "Your model",
    "compare.difference": "Difference (95 % interval)",
    "compare.record": "Request by request",
    "compare.outcome": "Verdict",
    "compare.scored_by": "Scored by",
    "compare.table_text": (
        "Of 100 intervals made this way, about 95 hold the true difference: what remains is chance in which requests were asked. "
        "The verdict is stricter, for among several criteria one may look better by chance (it is corrected for that by Holm's "
        "method): so an interval that just leaves out 0 may still say “no difference shown”. With few requests only what came out "
        "large is told from chance, so a small true difference that is told is shown larger than it is."
    ),
    "compare.table_in_message": (
        "Of 100 intervals made this way, about 95 hold the true difference. If one holds 0, chance may have made the difference. Among several criteria one may look better by chance. The verdict is corrected for that (Holm's method), so it is stricter. "
        "What is for information only stands in the file."
    ),
    "compare.side": "Request {number} of {total}",
    "compare.why": "{side}: {why}",
    "compare.why_gained_most": "the answer that gained most",
    "compare.why_middle": "the answer in the middle",
    "compare.why_lost_most": "the answer that lost most",
    "compare.why_gained_least": "the answer that gained least",
    "compare.steered": "(not learned from, but the run was steered by it)",
    "compare.beyond": "(another kind of request than your examples)",
    "compare.cut_off": "(cut off)",
    "compare.request": "Request",
    "compare.expected": "What you would want",
    "compare.no_run": "There is no comparison yet. `/tune train` makes a model and compares it with the base model.",
    "compare.not_yet": "Run {number} has not been compared yet. I do it by myself when it is trained; `/tune status` says how far it is.",
    "compare.ended": "Run {number} ended before it was compared, so there is nothing to show. `/tune train` starts another run.",
    "compare.no_such_run": "There is no run of that number here. `/tune compare` shows the latest comparison.",
    "compare.no_such_evaluation": ("There is no evaluation {number} here that is done. `/tune evaluate` lists them."),
    "compare.which_evaluation": "Which evaluation? Write its number, for example `/tune compare evaluation 2`. `/tune evaluate` lists them.",
    "compare.stopped": "The comparison was stopped, so there are no answers side by side. Your model is saved all the same.",
    "compare.failed": "The comparison did not work: {reason} Your model is saved all the same.",
    "compare.no_answers": "No test request could be answered, so there is no side-by-side view.",
    "compare.all_answers": "All {count} answers side by side, in a file.",
    "compare.listed_answers": (
        "The answers side by side, in a file: {count}. Short questions about other abilities stand there only where {tuned_name} "
        "lost them."
    ),
    "compare.names_models": "It says which model wrote what: open it after you have rated.",
    "compare.md_title": "# {name} – {what}: {tuned_name} and {base_name} side by side",
    "compare.md_answers": "## All answers",
    "compare.md_gained": "Gained most, the most first: requests {numbers}.",
    "compare.md_lost": "Lost most, the most first: requests {numbers}.",
    # Headings of the notes on the page.
    "notes.verdict": "## About the verdict",
    "notes.answers": "## What the answers lack, and what helps",
    "notes.other": "## Other abilities",
    "notes.pins": "## Pinned requests",
    "notes.scores": "## Who scored",
    "notes.sets": "## What was asked",
    "notes.speed": "## Speed",
    "notes.next": "## What to collect next",
    # The verdict: one sentence.
    "verdict.better": "{what}: {tuned_name} is better at this task – {figure}.",
    "verdict.better_form": "{what}: {tuned_name} is better in form – {figure} – but not shown to say anything better.",
    "verdict.worse": "{what}: {tuned_name} is worse at this task – {figure}.",
    "verdict.mixed": "{what}: {tuned_name} is better in some respects – {figure} – and worse in others – {worse}.",
    "verdict.no_difference": "{what}: no difference between {tuned_name} and {base_name} can be shown – {figure}.",
    "verdict.by_length": (
        "{what}: can't tell yet whether {tuned_name} is better or worse – only a judge found a difference, and it may be for the "
        "length of the answers – {figure}."
    ),
    "verdict.request_ignored": "{what}: {tuned_name} is not better, for its answers fit other requests as well as their own – {figure}.",
    "verdict.too_few": "{what}: can't tell yet – {missing} more {requests} needed ({n} of {needed}).",
    "verdict.too_few_least": "{what}: can't tell yet – at least {missing} more {requests} needed ({n} of {needed}).",
    "verdict.not_yet": "{what}: can't tell yet – about {missing} more {requests} needed ({n} so far) – {figure}.",
    "verdict.content_open": (
        "{what}: can't tell yet whether what {tuned_name} says is better – {missing} more {requests} with a wanted answer or a "
        "score needed ({n} of {needed}); in form, no difference can be shown – {figure}."
    ),
    "verdict.no_interval": "{what}: can't tell – only sums are known and not each request, so nothing can be told from chance.",
    "verdict.request_repeated": "{what}: {tuned_name} is not better, for its answers repeat their request – {figure}.",
    "verdict.nothing_measured": "{what}: can't tell – nothing could be measured.",
    # What was measured, with its figures. A figure is: name, before, after, difference, interval, number.
    "figure.answers": "{name}: {tuned} of {n} answers, against {base} of {base_name} ({difference} points, 95 % interval {low} to {high})",
    "figure.share": "{name}: {tuned} %, against {base} % of {base_name} ({difference} points, 95 % interval {low} to {high}, {n})",
    "figure.plain": "{name}: {tuned}, against {base} of {base_name} ({difference}, 95 % interval {low} to {high}, {n})",
    "figure.votes": "{name}: {tuned} %, against {base} % for {base_name} ({difference} points, 95 % interval {low} to {high}, {n})",
    "figure.no_interval": "{name}: {tuned}, against {base} of {base_name} ({n}, no interval)",
    "figure.belonging_own_request": (
        "likeness to the answer that was wanted, more than to others: {base} points for {base_name}, {tuned} for {tuned_name} "
        "(95 % interval {low} to {high}, {n})"
    ),
    "figure.belonging_own_loss": (
        "what the request tells about the answer: {base} nats for {base_name}, {tuned} for {tuned_name} "
        "(95 % interval {low} to {high}, {n})"
    ),
    "figure.belonging_shared": (
        "what they share with their own request, more than with others: {base} points for {base_name}, {tuned} for {tuned_name} "
        "(95 % interval {low} to {high}, {n})"
    ),
    "figure.echo": (
        "{tuned} of 100 word pairs of a request stand in its answer, in the answer that was wanted {wanted} "
        "({difference} points, 95 % interval {low} to {high}, {n}), and the requests themselves would do as well as answers"
    ),
    "count.request": "{count} request",
    "count.requests": "{count} requests",
    "count.test_request": "test request",
    "count.test_requests": "test requests",
    "cell.of": "{count} of {n}",
    "cell.percent": "{value} %",
    "cell.difference": "{difference} ({low} to {high})",
    "cell.difference_points": "{difference} points ({low} to {high})",
    "cell.record": "{wins} won, {ties} tied, {losses} lost",
    "cell.ratio": "× {ratio} ({low} to {high})",
    "cell.scored": "{scorer}, {n}",
    "measure.format": "keeps your format",
    "measure.sections": "the wanted sections are there",
    "measure.own_request": "fits its own request, beyond chance (0 to 100)",
    "measure.likeness": "like the answer you would want (0 to 100)",
    "measure.own_loss": "its answers follow from their requests (nats)",
    "measure.loss": "test loss (lower is better)",
    "measure.perplexity": "perplexity (lower is better)",
    "measure.length": "words in an answer",
    "measure.copying": "word for word from your examples",
    "measure.repetition": "repeats itself in loops (lower is better)",
    "measure.length_ratio": "length, times what was wanted",
    "measure.empty": "empty answers",
    "measure.refusals": "refuses, where no refusal was wanted",
    "measure.private": "personal data that its request does not have",
    "measure.leaked": "personal data out of your training examples",
    "measure.other_form": "other kinds of requests: keeps the format they ask for",
    "measure.by_judge": "{criterion}, by the judge (1 to 5)",
    "measure.by_people": "{criterion}, by people (1 to 5)",
    "measure.votes": "preferred by people who did not know which was which",
    # Names of criteria begin small, for they stand within sentences; a table writes them large.
    "measure.unscored": "{criteria} (1 to 5)",
    "rubric.accuracy": "accuracy",
    "rubric.format": "format",
    "rubric.relevance": "relevance",
    "rubric.completeness": "completeness",
    "rubric.tone": "tone",
    "scorers.one": "{criterion}: {scorers}.",
    "scorers.by": "{scorer} on {n}",
    "scorers.stand_in": "measured in part: {name}",
    "scorers.measured": "measured: {name}",
    "scorers.not_scored": "scored by nobody who can be trusted",
    "scorers.late": (
        "{criteria}: added or worded anew after the answers were there. Who has seen answers may choose, without meaning to, what "
        "they are good at. From the next run on it stands before them."
    ),
    "scorers.people_first": (
        "{criteria}: people and a judge have scored. What people say decides; the judge's scores are shown for information, "
        "so that nothing is counted twice."
    ),
    "scored.measured": "measured",
    "scored.judge": "judge {judge}",
    "scored.people": "people",
    "scored.nobody": "nobody yet: `{command}`",
    "scored.nobody_can": "nobody",
    "outcome.better": "better",
    "outcome.worse": "worse",
    "outcome.no_difference": "no difference shown",
    "outcome.by_length": "may be length alone",
    "outcome.too_few": "too few to tell",
    "outcome.no_interval": "no interval, so not told",
    "outcome.beside": "for information",
    "outcome.unscored": "not scored",
    # What else one should know: each a sentence.
    "caveat.so_far": "So far, and too few to be told from chance: {figure}.",
    "caveat.not_yet": (
        "That number is an estimate: it takes the difference to stay as it was seen. If there is none, it grows as requests are added."
    ),
    "caveat.form_estimate": (
        "In form, about {missing} more {requests} would show a difference if it stays as it was seen."
    ),
    "caveat.same_answers": (
        "To {count} of {n} requests both gave the very same answer. Such pairs are not voted on, so that votes tell of the others alone."
    ),
    "caveat.same_answers_evaluated": "To {count} of {n} requests both gave the very same answer.",
    "caveat.same_answers_all_evaluated": (
        "To all {n} requests both gave the very same answer, so how far others would differ nobody can say from these."
    ),
    "caveat.same_answers_all": (
        "To all {n} requests both gave the very same answer: what was trained changes nothing here."
    ),
    "caveat.could_find_none": (
        "In “{name}” not even the largest difference could have been found: what the judge would find between equally long answers "
        "cannot be told from these."
    ),
    "caveat.could_find": (
        "What could have been found: a true difference of {smallest} in “{name}” would have been found in four of five such "
        "comparisons. A smaller one is easily missed, so it may well be there."
    ),
    "caveat.points": "{value} points",
    "caveat.by_length": (
        "A judge may take longer answers for better ones, or shorter ones: {figure}. Where both answers are equally long, what is left "
        "of the difference in “{name}” may be chance: {left}.{rate}"
    ),
    "caveat.by_length_alone": (
        "A judge may take longer answers for better ones, or shorter ones: {figure}. What it would find between equally long ones in "
        "“{name}” cannot be told from these answers.{rate}"
    ),
    "caveat.by_length_turned": (
        "A judge may take longer answers for better ones, or shorter ones: {figure}. Where both answers are equally long, it would be the "
        "other way round in “{name}”: {left}.{rate}"
    ),
    "caveat.by_length_rate": " `{command}` tells it blind, for what people prefer counts as it is.",
    "caveat.at_equal_length": "Where both answers are equally long, the judge finds a difference in “{name}” too: {left}.",
    "caveat.estimate": "If the difference stays as it was seen, about {missing} more {requests} would tell.",
    "caveat.sums": "In sum: {figure}.",
    "caveat.more_requests": (
        "How to get more test requests: give more examples with `/tune add`, for a part of them is kept aside for the test. "
        "Or put test prompts of your own into a pack."
    ),
    "caveat.more_requests_rate": (
        "How to get there: write `{command}` and rate answers, blind. Or give more examples with `/tune add`, "
        "for a part of them is kept aside for the test."
    ),
    "caveat.content_too_few": (
        "Whether what it says is better: too few to tell. An answer that you would want, or a score, is known for {n}, "
        "and {needed} are needed. More examples, or test prompts with a `reference` in a pack of yours, tell it."
    ),
    "caveat.content_too_few_rate": (
        "Whether what it says is better: too few to tell. An answer that you would want, or a score, is known for {n}, "
        "and {needed} are needed. More examples, test prompts with a `reference` in a pack of yours, or `{command}` tell it."
    ),
    "caveat.content_alike": (
        "Whether what it says is better cannot be told by likeness: the same answer is wanted of every test request, so it fits them all."
    ),
    "caveat.content_alike_rate": (
        "Whether what it says is better cannot be told by likeness: the same answer is wanted of every test request, so it fits them all. "
        "`{command}` tells it."
    ),
    "caveat.content_same": "Whether what it says is better could not be shown: {figure}.",
    "caveat.ignored_but_form": "It has learned your format all the same: {figure}.",
    "caveat.request_ignored": "Its answers fit other requests as well as their own: {figure}.",
    "caveat.request_repeated": "Its answers repeat their request: {figure}.",
    "caveat.mixed_up": (
        "In your examples, too, answers have no more in common with their own request than with another one. "
        "Were the rows mixed up? `/tune examples` shows them."
    ),
    "caveat.other_form_worse": "Watch out: at requests of other kinds it got worse – {figure}.",
    "caveat.cut_off": "Cut off before their end: {tuned} of {n} answers of {tuned_name}, {base} of {base_name}.",
    "caveat.copied": (
        "Watch out: {tuned} of {n} answers of {tuned_name} ({base_name}: {base}) stand for the most part word for word in your examples."
    ),
    "caveat.steered": "{count} of the requests are examples that decided when training stopped: there were too few test examples.",
    "caveat.rate_evaluation": (
        "Not scored yet by anybody who can be trusted: {criteria}. `{command}` shows answers to rate, without saying whose they are."
    ),
    "caveat.rate_run": (
        "Not scored yet by anybody who can be trusted: {criteria}. `/tune rate` shows pairs of answers, to pick the better ones blind; "
        "`/tune rate scores` shows single ones, to score them."
    ),
    "caveat.unscored": "Not scored yet by anybody who can be trusted: {criteria}.",
    "caveat.scored_in_part": (
        "Answers that people have scored: {answers}. A request counts by a criterion once the same person has scored both of its answers by it."
    ),
    "verdict_chart.title": "{what}: difference to {base_name}",
    "verdict_chart.axis": "points of 100",
    "verdict_chart.right": "right of 0: {tuned_name} is better",
    "verdict_chart.more": "{count} more criteria stand in the table.",
    "verdict_chart.by_judge": "by the judge (1 to 5)",
    "verdict_chart.by_people": "by people (1 to 5)",
    "verdict_chart.row_of_table": "your criterion in row {row} of the table",
    "verdict_chart.base_name": "the first of the two",
    "verdict_chart.tuned_name": "the second of the two",
    "verdict_chart.loss": "lower test loss (as percent of the loss of {base_name})",
    "verdict_chart.repetition": "fewer answers that repeat themselves in loops",
    "verdict_chart.own_loss": "its answers follow from their requests (as percent of the test loss of {base_name})",
    "verdict_chart.values": "{base} → {tuned}, {outcome}",
    "verdict_chart.text": "Each dot is a measured difference, each line its 95 % interval. Right of the line at 0, {tuned_name} is better.",
    "verdict_chart.alt": "Dot chart with 95 % intervals of the differences between {tuned_name} and {base_name}, in points of 100: {rows}.",
    "verdict_chart.alt_row": "{name}, {mean} ({low} to {high}), {outcome}",
}
