"""Sentences about the goal and the questions on it, about where we are, skipping, going back and sharing."""

SENTENCES: dict[str, str] = {
    "hello.greeting_A": (
        "Hello. I am Threadtune. I help you teach a small language model a task, by example. "
        "You need no knowledge of machine learning."
    ),
    "hello.ask_goal": (
        "What do you wish a model could do for you? One or two sentences are enough, for example: "
        "“Write our release notes in the format my team uses.”"
    ),
    # The goal
    "goal.too_short": "Please tell me a little more: what should the model do, and for whom? One sentence is enough.",
    "goal.too_long": (
        "That goal has {length} characters. Please say it in at most {limit}; examples come right after."
    ),
    "goal.example_first": (
        "That is an example already, and I will gladly take it. First tell me in a sentence what the model should do; "
        "then send it again."
    ),
    "goal.file_first": (
        "Thank you, I have kept your file. First tell me what the model should do; right after that I look into the file and say "
        "what I can use of it."
    ),
    "goal.understood": (
        "I have noted your goal and made a project for it: **{name}**. What you give me stays in this installation and "
        "trains this project's model. When you approve an example, or upload a file of complete ones, you say that you "
        "may share it and that it may be used for that. `/tune forget` deletes what you gave."
    ),
    "goal.title": "What I understood",
    "goal.note": "`/tune goal` with a better goal behind it corrects the goal. The project keeps its name.",
    "goal.goal": "Goal",
    "goal.kind": "Kind of task",
    "goal.tone": "Audience and tone",
    "goal.shape": "Form of the answers",
    "goal.language": "Language",
    "goal.kind_taken": "{title} (“{words}”)",
    "goal.change_goal": "Change goal",
    "goal.change_kind": "Change kind",
    "goal.change_tone": "Change tone",
    "goal.change_shape": "Change form",
    "goal.change_language": "Change language",
    "goal.found": "This stands in your goal already, so I do not ask (`/tune goal` changes it):",
    "goal.changed": "Noted. `/tune goal` shows what I understood.",
    "goal.changed_plan": "Noted. `/tune goal` shows what I understood, and `/tune plan` which examples I ask for.",
    "goal.same": "Good, it stays as it was.",
    "goal.back_input": "Back to your example: is there anything that comes with the request? Write it, or write `none`.",
    "goal.back_output": "Back to your example: what is the answer you would want?",
    "goal.back_confirm": "Back to your example: it still waits for your decision.",
    "goal.back_edit": "Back to your example: send me the answer as it should be.",
    "goal.back_reason": "Back to your pick: why is it the better one? One line, or `skip`.",
    "goal.back_format": "Back to the format: write it as it should be, or `done`.",
    "goal.back_plan": "Back to the plan: what should I change? `done` leaves it.",
    "goal.back_change": "Back to the settings: what should I change? `done` leaves it.",
    # The questions
    "question.kind": "What kind of task is it?",
    "question.tone": "Who reads the answers, and how should they sound?",
    "question.tone.colleagues": "Colleagues, plain",
    "question.tone.colleagues_means": "People who know the matter: short sentences, no ceremony.",
    "question.tone.customers": "Customers, friendly",
    "question.tone.customers_means": "People from outside: polite and warm, no jargon.",
    "question.tone.experts": "Experts, exact",
    "question.tone.experts_means": "People of the field: its terms, complete and formal.",
    "question.shape": "What should the answers look like?",
    "question.shape.sections": "Fixed sections",
    "question.shape.sections_means": "The same headings or labels each time, in the same order.",
    "question.shape.label": "A label from a list",
    "question.shape.label_means": "One or a few words out of a short list, and nothing else.",
    "question.shape.free": "Free text",
    "question.shape.free_means": "A paragraph or a message, as it comes.",
    "question.shape.examples": "As in my examples",
    "question.shape.examples_means": "I look for what your examples have in common and show it to you.",
    "question.language": "Which language are the answers in?",
    "question.language.examples": "As in my examples",
    "question.language.examples_means": "Whatever language you give examples in.",
    "question.language.request": "That of the request",
    "question.language.request_means": "Each request is answered in its own language.",
    "question.goal": "What should the model do? Write the goal as it should be; one or two sentences are enough.",
    "question.else": "Something else",
    "question.decide": "You decide",
    "question.decide_rest": "You decide the rest",
    "question.note": "You can also just write the answer. If I decide: {default}.",
    "question.model_away": "(The writing model could not help with this question: {reason}.)",
    "question.own_words": "Good: write it in your own words.",
    "question.answer": "Answer",
    "question.left": "left to me",
    "question.default.kind": "I go by your examples",
    "question.default.tone": "as in your examples",
    "question.default.shape": "as in your examples",
    "question.default.language": "as in your examples",
    "question.default.language_found": "as in your examples; your goal is in {language}",
    "question.kind_taken": "I take that as: {title}. `/tune goal` changes it.",
    "question.kind_unclear": "I do not know a plan for that, so I begin with the one for: {title}. `/tune goal` changes it.",
    "question.open": "A question is open: {question} Press a button, or write the answer. `skip` leaves it to me.",
    "question.too_long": (
        "That is long for an answer: {length} characters, and I can use {limit}. Say it more briefly, or `skip` the "
        "question; examples and documents come right after."
    ),
    "question.other_project": "That is about another project. `/tune new` shows the way there.",
    "question.title_again": "The question before:",
    "language.ar": "Arabic",
    "language.bn": "Bengali",
    "language.de": "German",
    "language.el": "Greek",
    "language.en": "English",
    "language.es": "Spanish",
    "language.fa": "Persian",
    "language.fr": "French",
    "language.he": "Hebrew",
    "language.hi": "Hindi",
    "language.it": "Italian",
    "language.ja": "Japanese",
    "language.ko": "Korean",
    "language.nl": "Dutch",
    "language.pt": "Portuguese",
    "language.ru": "Russian",
    "language.ta": "Tamil",
    "language.th": "Thai",
    "language.uk": "Ukrainian",
    "language.ur": "Urdu",
    "language.zh": "Chinese",
    # Skipping and going back
    "skip.cell": "Skipped: I do not ask for {what} any more. You can still give one at any time.",
    "skip.dropped": "I have dropped the example that you had begun:",
    "skip.kept": "The example stays as it is and waits for your decision (`/tune review`).",
    "skip.nothing": "There is nothing to skip here. `/tune status` tells where we are.",
    "skip.left": "Good, that stays as it was.",
    "back.dropped": "I have dropped this request. What would you rather ask?",
    "back.input": "Back to what comes with the request. Write it again, or write `none`. So far it was:",
    "back.input_none": "nothing",
    "back.edit": "Send me the answer as it should be. The request and the input stay as they are.",
    "back.reason": "Good, no reason. Your pick is kept, and no example was made from it.",
    "back.skip": "I do not skip it, then.",
    "back.reopened": "This one was {was} and is open again. Please decide once more.",
    "back.trained": (
        "Your last decision was about an example that a run has used already, so I leave it as it is. "
        "`/tune examples` shows it."
    ),
    "back.twin": "Your last decision stays: the same example was given again since.",
    "back.nothing": "There is nothing to go back to yet.",
    "back.first": "This is the first question.",
    # Sharing
    "share.code": (
        "Give this to one colleague; they write it to me in their own conversation:\n`/tune join {code}`\n"
        "It makes them {role} of **{name}**. It works once, until {until}."
    ),
    "share.which": "You can invite a contributor, a reviewer or a viewer: `/tune share reviewer`.",
    "share.joined": "Welcome to **{name}**. You are {role} here. {progress}",
    "share.joined_directly": (
        "You are {role} of that project now. Others read along here and it is not worked on in this place, so I do not name "
        "it: write to me directly, for example `examples`, and we go on there."
    ),
    "share.no_code": "Write the code behind it: `/tune join CODE`. Whoever invites you gets one with `/tune share`.",
    "share.bad_code": "That code does not work: it is mistyped, used, or too old. Ask for another one.",
    "share.elsewhere": (
        "This conversation is about a project of other people. Write `/tune join CODE` in a conversation of your own."
    ),
    # Where we are
    "status.no_project": "We have not begun yet. Tell me what the model should do.",
    "status.project": "Project **{name}**: {approved} approved, {pending} pending.",
    "status.understood": "What I understood: {answers}. `/tune goal` shows all of it.",
    "status.coverage": "Examples so far: {cells}.",
    "status.cell": "{plural} {have} of {want}",
    "status.question": "A question is open: {question}",
    "status.decide": "Next: decide about what waits. `/tune review` shows it.",
    "status.can_train": "There are enough examples to train: `/tune train`.",
    "status.next": "Next: {question}",
    "status.first": "Next: your first example. Write a request, as somebody would put it.",
    "status.begun": "An example is half finished: “{request}”. Go on with it, or write `cancel`.",
    "status.no_run": "Nothing is being trained.",
    "status.run": "Run {number} is {state}.",
    "status.run_progress": "Epoch {epoch} of {epochs}, step {step} of {steps}, loss {loss}, {eta} left.",
    "status.queued": "waiting for the trainer",
    "status.train": "training",
    "status.generate": "writing answers",
    "status.export": "being saved",
    "status.probe": "being measured",
    "status.last": "The last run, {number}, is {state}.",
    "status.welcome_back": "Welcome back. We are in **{name}**. {progress}",
}
