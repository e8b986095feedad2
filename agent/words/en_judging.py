"""What is said of judges in a comparison: whether they may be believed, how steady they are, what people taught them, the cost."""

SENTENCES: dict[str, str] = {
    "judging.untrusted": (
        "The judge {judge} could not tell good answers from spoiled ones in {failed} of {probes} probes, so its scores are not used."
    ),
    "judging.partly": (
        "The judge {judge} was believed by {criteria} alone: by {lost} it could not tell good answers from spoiled ones."
    ),
    "judging.lost": "By {lost} the judge {judge} could not tell good answers from spoiled ones, so its scores by that are not used.",
    "judging.unknown": (
        "Whether the judge {judge} can be believed by {criteria} is not known, so its scores by that stay out of the verdict: there are no "
        "spoiled answers that come with us for it. {picks}People's scores of {rated} requests tell it (`/tune rate scores`)."
    ),
    "judging.unknown_picks": "{needed} picks between two drafts with a reason (`/tune contrast`) may tell it; there are {known} so far. ",
    "judging.by_picks": "The judge {judge} is believed by {criteria}, since by that it prefers the drafts that people picked.",
    "judging.by_people": "The judge {judge} is believed by {criteria}, since its scores agree with people's.",
    "judging.down": "The judge {judge} cannot be asked now, so it scored {judged} of {requests} requests. {again}",
    "judging.slow": "The judge {judge} is too slow to answer, so it scored {judged} of {requests} requests. {again}",
    "judging.out_of_time": "The judge {judge} is not done yet: {judged} of {requests} requests are scored. {again}",
    "judging.untested": "The judge {judge} has not come through its own test yet, so it scores nothing. {again}",
    "judging.tried_in_part": "All {requests} requests are scored, but the judge {judge} has not answered all that it is tried with. {again}",
    "judging.budget_tried_in_part": (
        "The judge stopped at {calls} calls, for no more was estimated and allowed: all {requests} requests are scored, but not all that "
        "it is tried with. To finish takes {more} calls, {tokens} tokens and {time} at most. {again}"
    ),
    "judging.budget": (
        "The judge stopped at {calls} calls, for no more was estimated and allowed: {judged} of {requests} requests are scored. To finish "
        "takes {more} calls, {tokens} tokens and {time} at most. {again}"
    ),
    "judging.budget_untested": (
        "The judge stopped at {calls} calls, for no more was estimated and allowed, before it had come through its own test. To finish "
        "takes {more} calls, {tokens} tokens and {time} at most. {again}"
    ),
    "judging.again_run": "`/tune compare` goes on with it.",
    "judging.again_evaluation": "`/tune evaluate` proposes another evaluation.",
    "judging.allow_run": "`/tune compare judge` allows that.",
    "judging.allow_evaluation": "`/tune evaluate` proposes another evaluation.",
    "judging.spent": "Judging took {calls} calls so far, with {tokens} tokens at most.",
    "judging.flipped": (
        "{who} changed its mind in {flipped} of {judged} scores when the two answers were swapped{interval}; both orders count."
    ),
    "judging.flipped_one": "The judge {judge}",
    "judging.flipped_any": "At least one of the judges {judge}",
    "judging.flipped_interval": " ({share} %, 95 % interval {low} to {high})",
    "judging.noise": (
        "Asked again about the same answers, the judge {judge} gave the same score in {same} of {scores} cases. "
        "Its own noise is ±{deviation} points for one score{worst}."
    ),
    "judging.noise_worst": ", most by {criterion} (±{deviation})",
    "judging.length": (
        "For saying the same in more words the judge {judge} gives {points} points (95 % interval {low} to {high}; {cases} answers "
        "with {least} to {times} times as many words){most}. A difference that it finds counts only if equally long answers would "
        "show it too."
    ),
    "judging.length_full": (
        "What length alone is worth to the judge {judge} could not be seen: by each criterion it gave the answers that it was tried "
        "with the highest score, or the lowest, in few words and in many."
    ),
    "judging.length_most": ", most by {criterion}",
    # Beside people. rho is Spearman's rank correlation, tau Kendall's, kappa Cohen's with squared weights.
    "judging.agrees": (
        "By {criterion} the judge {judge} ranks the answers to {n} much as people do: ρ = {rho}, τ = {tau}, weighted κ = {kappa}. {bar}"
    ),
    "judging.bar_strong": "That reaches the bar for a strong judge, ρ = {strong}.",
    "judging.bar_not_shown": "That is below the bar for a strong judge, ρ = {strong}, but not shown to be: it counts.",
    "judging.below": (
        "By {criterion} the judge {judge} does not score as people do: ρ = {rho}, τ = {tau}, weighted κ = {kappa}, on {n}. That is shown to "
        "be below the bar of ρ = {strong}, so its scores by that stay out of the verdict."
    ),
    "judging.below_several": (
        "By {criteria} the judge {judge} does not score as people do: ρ = {least} to {most}, on {n}. By each that is shown to "
        "be below the bar of ρ = {strong}, so its scores by these stay out of the verdict."
    ),
    "judging.unproven_several": (
        "By {criteria} the judge {judge} is not shown to score as people do, on {n}. At least ρ = {bar} has to be shown, so "
        "its scores by these stay out of the verdict."
    ),
    "judging.or_more": "{n} or more",
    "judging.one_of_several": "By {criterion}, the judge {judge} beside people: {figures}, on {n}.",
    "judging.unproven": (
        "By {criterion} the judge {judge} is not shown to score as people do: {figures}, on {n}. At least ρ = {least} has to be "
        "shown, so its scores by that stay out of the verdict."
    ),
    "judging.figures": "ρ = {rho}, τ = {tau}, weighted κ = {kappa}",
    "judging.no_figures": "it gives nearly all answers the same score",
    "judging.too_few": (
        "By {criterion} people and the judge {judge} have both scored {n}: too few to hold one against the other, {needed} are needed."
    ),
    "judging.alike": "By {criterion} people gave every answer the same score, so the judge {judge} cannot be held against them.",
    "judging.what_figures_are": (
        "ρ (Spearman) and τ (Kendall) say how alike people and a judge rank answers, κ how alike they score them: 1 is the same, 0 is chance. "
        "In parentheses stand 95 % intervals."
    ),
    "judging.votes": (
        "Of people's blind votes on {n}, {share} % prefer the answer that the judge {judge} prefers (95 % interval {low} to {high}){among}."
    ),
    "judging.votes_among": "; people among themselves agree in {share} % ({low} to {high})",
    "judging.moved": (
        "By {criterion} the scores of the judge {judge} were moved to where people's are, for on requests that were held out this brings "
        "them nearer: typically {before} points away before, {after} after. As the judge gave them: base model {base}, yours {tuned}."
    ),
    "judging.moved_not": (
        "By {criterion} it was not shown that moving the scores of the judge {judge} to where people's are would help, so they stand as "
        "they were given: typically {before} points away from people's, moved {after}."
    ),
    "judging.memory_used": (
        "The judge {judge} was shown what people corrected at other requests ({count}): on {n} that were held out this brings its scores "
        "{gain} points nearer to people's (95 % interval {low} to {high})."
    ),
    "judging.memory_not": (
        "The judge {judge} was not shown what people corrected ({count}): on {n} that were held out it was not shown to bring its scores "
        "nearer to people's ({gain} points, 95 % interval {low} to {high})."
    ),
    "judging.memory_too_few": (
        "The judge {judge} was not shown what people corrected ({count}): whether that helps can be told from {needed} requests with "
        "people's scores on."
    ),
    "judging.panel": "{count} judges were asked: {judges}. By each criterion counts the mean of those that may be believed by it{opposed}.",
    "judging.panel_opposed": "; in {share} % of their scores they preferred opposite answers (95 % interval {low} to {high})",
    # Whether scores reach their targets; each part is a list of criteria with means and intervals.
    "target.same": "The target is a mean score of {target}. By 95 % intervals of the scores of {tuned_name}: {parts}.",
    "target.each": "Targets, by 95 % intervals of the mean scores of {tuned_name}: {parts}.",
    "target.reached": "reached by {criteria}",
    "target.missed": "missed by {criteria}",
    "target.open": "not told yet of {criteria}",
    "target.too_few": "scored on too few requests to tell: {criteria}",
    "target.mean": "{criterion} ({mean}; {low} to {high})",
    "target.mean_of": "{criterion} ({mean}; {low} to {high}; target {target})",
}
