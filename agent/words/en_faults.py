"""What is wrong with a model's answers, what helps against it, and which examples to collect next."""

SENTENCES: dict[str, str] = {
    # A fault is: what, and how many of how many answers have it.
    "fault.count": "{count} of {n} answers of {tuned_name} (95 % interval {low} to {high} %; {base_name}: {base})",
    "fault.count_scored": "{count} of {n} answers of {tuned_name} (95 % interval {low} to {high} %)",
    "fault.worst": "Most plainly: {requests}.",
    "fault.request": "request {numbers}",
    "fault.requests": "requests {numbers}",
    "fault.leaked": (
        "Watch out: personal data out of your training examples ({kinds}) stands in {figure}, though their requests do not have it. "
        "Who uses the model may see it."
    ),
    "fault.a_secret": "a key or token",
    "fault.empty": "Empty: {figure}.",
    "fault.wrong_language": "Another language than was wanted: {figure}.",
    "fault.loops": "Saying the same again and again: {figure}.",
    "fault.refuses": "Refusing, or saying that it cannot help: {figure}.",
    "fault.copied": "For the most part copied word for word from your examples: {figure}.",
    "fault.cut_off": "Not at an end when the room for an answer was used up: {figure}.",
    "fault.cut_off_room": (
        "Cut off for want of room: {figure}. The answers that you want are as long as an answer may be in a comparison, "
        "so their ends are not compared."
    ),
    "fault.wrong_format": "Not in the wanted format: {figure}.",
    "fault.wrong_format_most": "Not in the wanted format: {figure}. Most often: {departures}.",
    "fault.generic": "Generic, so that they say little of their own request: {figure}.",
    "fault.generic_taken": (
        "Generic, so that they say little of their own request: {figure}. They take up {taken} % of a request's own words, "
        "the wanted answers {wanted} %; {alike} would do for another request as well."
    ),
    "fault.too_short": "Too short: {figure}, in the middle {words} words where {wanted} are wanted.",
    "fault.too_long": "Too long: {figure}, in the middle {words} words where {wanted} are wanted.",
    "fault.wrong_tone_more": "Another tone: {sign} in {figure}, but in {share} % of the answers that you want.",
    "fault.wrong_tone_less": "Another tone: no {sign} in {figure}, but in {share} % of the answers that you want.",
    "fault.wrong_tone_judged": (
        "Another tone: {scored_by} scores it {score} of 5 in the mean (95 % interval {low} to {high}), where {target} is the target; "
        "below it are {figure}."
    ),
    "fault.by_judge": "the judge",
    "fault.by_people": "people's mean",
    # Departures from the format; ``place`` is that of a section or a key in it: what people call it is theirs.
    "departure.missing_section": "section {place} of the format is missing ({count})",
    "departure.section_order": "section {place} of the format stands elsewhere ({count})",
    "departure.not_a_label": "none of the labels ({count})",
    "departure.lines": "another number of lines ({count})",
    "departure.not_json": "no JSON ({count})",
    "departure.missing_key": "key {place} of the format is missing ({count})",
    "departure.list_style": "another kind of list ({count})",
    "departure.too_many_words": "too many words ({count})",
    "departure.too_few_words": "too few words ({count})",
    # Marks of tone, after “in” and after “no”.
    "tone.exclaims": "exclamation marks",
    "tone.emoji": "emoji",
    "tone.asks_back": "question at the end",
    "tone.contracts": "short forms like “don't”",
    "tone.says_i": "“I”",
    "tone.says_we": "“we”",
    "tone.familiar_you": "familiar “you”",
    "tone.formal_you": "formal “you”",
    "tone.polite": "polite words",
    "tone.polite_endings": "polite endings",
    "tone.long_sentences": "sentences as long as only your longest",
    "tone.short_sentences": "sentences as short as only your shortest",
    # What it is against, on the card of a remedy.
    "fault.against_leaked": "Against personal data in answers.",
    "fault.against_empty": "Against empty answers.",
    "fault.against_wrong_language": "Against answers in another language.",
    "fault.against_loops": "Against answers that repeat themselves.",
    "fault.against_refuses": "Against refusals.",
    "fault.against_copied": "Against copied answers.",
    "fault.against_cut_off": "Against answers that do not end.",
    "fault.against_wrong_format": "Against answers of another format.",
    "fault.against_generic": "Against generic answers.",
    "fault.against_too_short": "Against answers that are too short.",
    "fault.against_too_long": "Against answers that are too long.",
    "fault.against_wrong_tone": "Against another tone.",
    # Rows to look at.
    "remedy.note_rows_leaked": (
        "I open the examples that it comes from for a new decision: redact or reject them, then train again. "
        "The model of this run keeps what it learned."
    ),
    "remedy.note_rows_empty": "Some examples have hardly an answer themselves. I open them for a new decision.",
    "remedy.note_rows_wrong_language": "Some examples are answered in another language than the others. I open them for a new decision.",
    "remedy.note_rows_loops": "Some examples repeat themselves too. I open them for a new decision.",
    "remedy.note_rows_refuses": "Some examples refuse too. I open them for a new decision.",
    "remedy.note_rows_wrong_format": "Some examples do not keep the format themselves. I open them for a new decision.",
    "remedy.note_rows_too_short": "Some examples are far shorter than the others of their kind. I open them for a new decision.",
    "remedy.note_rows_too_long": "Some examples are far longer than the others of their kind. I open them for a new decision.",
    "remedy.note_rows_wrong_tone": "Some examples have that tone themselves. I open them for a new decision.",
    # Examples to give.
    "remedy.do_give_kind": "Give an example: {kind}",
    "remedy.note_like_empty": "More examples, each with a whole answer, help.",
    "remedy.note_like_wrong_language": "More examples help whose answers are in the language that you want.",
    "remedy.note_like_loops": "More examples help: whole answers that end when all is said.",
    "remedy.note_like_refuses": "More examples help of requests that look delicate and are answered all the same.",
    "remedy.note_like_cut_off": "More examples help: whole answers that end when all is said.",
    "remedy.note_like_wrong_format": "More examples in just the format that you want help.",
    "remedy.note_like_generic": "More, and more varied, examples help, whose answers take up names, numbers and wishes of their request.",
    "remedy.note_like_too_short": "More examples with long answers help: about {words} words.",
    "remedy.note_like_too_long": "More examples with brief answers help: about {words} words.",
    "remedy.note_like_wrong_tone": "More examples in the tone that you want help.",
    "remedy.give_next": "{ask} {like}",
    "remedy.look_empty": "Its answer should be a whole one.",
    "remedy.look_wrong_language": "Its answer should be in the language that you want.",
    "remedy.look_loops": "Its answer should say everything once, and end.",
    "remedy.look_refuses": "Its answer should be the help that you want to be given, not a refusal.",
    "remedy.look_cut_off": "Its answer should end when all is said.",
    "remedy.look_wrong_format": "Its answer should be in just the format that you want.",
    "remedy.look_generic": "Its answer should take up names, numbers and wishes of its request, so that it would do for no other.",
    "remedy.look_too_short": "Its answer should be as long as you really want it: about {words} words.",
    "remedy.look_too_long": "Its answer should be as brief as you really want it: about {words} words.",
    "remedy.look_wrong_tone": "Its answer should be in just the tone that you want.",
    # What to collect next.
    "collect.next": "Next, collect {needs}.",
    "collect.weak": (
        "{examples} more examples of {kind} (there are {have}; {failing} of {n} answers have a fault or got worse)"
    ),
    "collect.plan": "{examples} more examples of {kind} (there are {have}; your plan wants them)",
    "collect.requests": (
        "{requests} more test requests with a known answer are needed before it can be told whether what it says got better."
    ),
}
