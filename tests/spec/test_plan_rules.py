"""What must fit together in a plan: one row a rule, beside the rows in tests/faults."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.errors import PlanError
from analysis.plan.read import read_plan_text
from analysis.plan.validate import RULES

DEMO = Path(__file__).parents[2] / "plans" / "demo.yaml"
GOOD = DEMO.read_text("utf-8")
HASH = "ab" * 32
TREATMENTS = "treatments: {arms: [bands, free_weights], comparator: usual_care}"
FAMILY = "    multiplicity:\n      - adjust: simultaneous\n"
LOCK = f"seed: 2402\nlock: {{date: 2026-01-05, hash: {HASH}}}"

ROWS = [
    # what is replaced, by what, what is said
    ("    declined: 22", "    declined: -22", "The count is below 0"),
    ("  assessed: 312", "  assessed: 70", "72 were excluded of 70"),
    ("simulated: true", "simulated: true\n  pseudo_participants: true", "a reader must know which"),
    ("  name: demo", "  name: con", "Windows keeps this name"),
    ("seed: 2402", "seed: -1", "The seed is below 0"),
    ("    comparator: advice to stay active", "    # comparator: advice", "has neither"),
    ("      weeks: 16", "      weeks: 0", "The length is not above 0"),
    ("sessions_per_week: 3", "sessions_per_week: 0", "above 0 and up to 14"),
    ("minutes: 45", "minutes: 0", "minutes of a session"),
    ("[abdominals, hip flexors, obliques, extensors, glutes]", "[]", "No muscle group"),
    ("[abdominals, hip flexors,", "[glutes, hip flexors,", "`glutes` stands 2 times"),
    ("    label: Free weights", "    label: resistance Bands", "have the same label"),
    ("  - {week: 4, window", "  - {week: -4, window", "The week is below 0"),
    ("window: [-14, 0]", "window: [-14, 3]", "goes on after day 0"),
    ("week: 4, window: [-10, 10]", "week: 4, window: [2, 10]", "does not hold the planned day"),
    ("week: 26, window: [-21, 21]", "week: 12, window: [-1, 1]", "Week 12 comes after week 16"),
    ("        value: 10\n", "        value: -10\n", "does not lie above 0 and up to 100 points"),
    ("        value: 10\n", "        value: 101\n", "does not lie above 0 and up to 100 points"),
    ("name: minimal important", "name: moderate improvement #", "`moderate improvement` stands 2"),
    ("share: 0.667", "share: 66.7", "The share does not lie above 0"),
    ("rule: any follow-up", "rule: any follow-up\n    share: 0.5", "uses no share"),
    (TREATMENTS, TREATMENTS.replace("bands, ", "bands, bands, "), "The arm `bands` stands 2"),
    (TREATMENTS, TREATMENTS.replace("bands, free_weights", ""), "No arm is named"),
    (TREATMENTS, TREATMENTS.replace("bands,", "band,"), "defines no arm `band`"),
    (TREATMENTS, TREATMENTS.replace("usual_care", "usual"), "defines no arm `usual`"),
    ("summary: difference in means", "summary: mean change", "there is a comparator"),
    ("week: 16}\n", "week: 0}\n", "Week 0 is not a planned visit after baseline"),
    ("- event: other treatment", "- event: withdrew", "The event `withdrew` stands 2 times"),
    ("estimand: primary", "estimand: secondary", "The plan defines no estimand `secondary`"),
    ("    estimand: primary\n", "", "has no `estimand`"),
    ("[mmrm, ancova]", "[mmrm, mmrm]", "The method `mmrm` stands 2 times"),
    ("methods: [mmrm, ancova]", "methods: [mmrm]\n    variables: [age]", "not use `variables`"),
    ("estimate: flow", "estimate: flow\n    estimand: primary", "does not use `estimand`"),
    ("estimate: flow", "estimate: flow\n    methods: [mmrm]", "does not use `methods`"),
    ("estimate: flow", "estimate: flow\n    variables: [age]", "does not use `variables`"),
    ("estimate: flow", "estimate: flow\n    options: {reml: false}", "does not use `options`"),
    ("rise: 20,", "rise: 0,", "`rise` does not lie above 0 and up to 100"),
    ("new_pain: 10}", "new_pain: 101}", "`new_pain` does not lie above 0 and up to 100"),
    ("stopping: {measure: pain_vas", "stopping: {measure: pain", "defines no measure `pain`"),
    ("days_after_session: 2", "days_after_session: 7", "do not lie between 0 and 6"),
    ("days_after_session: 2", "level: 0.5", "between 0.5 and 1"),
    ("[pain during training]", "[pain, pain]", "The reason `pain` stands 2 times"),
    ("estimate: flow", "estimate: flow\n    harms: {level: 0.9}", "does not use `harms`"),
    ("variables: [age, sex,", "variables: [age, age,", "The variable `age` stands 2 times"),
    ("[baseline, age, sex, site]", "[age, age]", "The covariate `age` stands 2 times"),
    ("df: kenward-roger-linear", "df: kenward-roger-linear\n      level: 0.5", "between 0.5 and 1"),
    ("  primary:\n    label: Effect", "  pri.mary:\n    label: Effect", "cannot be a key"),
    ("  per_arm: 80", "  per_arm: 0", "`per_arm` is below 1"),
    ("correlation: 0.75", "correlation: 1.75", "`correlation` does not lie from 0 to 1"),
    ("      dropout: 0.3", "      dropout: 1", "`dropout` does not lie from 0 to below 1"),
    ("attendance: 0.72", "attendance: 72", "`attendance` does not lie"),
    ("flare_ups_per_year: 1.4", "flare_ups_per_year: -1", "is below 0"),
    ("    pain_vas: [54, 15]", "    pain_vas: [54, 0]", "an SD that is not above 0"),
    ("    pain_vas: [54, 15]", "    pain_vas: [154, 15]", "a mean off the range"),
    ("    pain_vas: [54, 15]\n", "", "each measure of the plan once: `pain_vas` missing"),
    ("    usual_care:\n      change", "    usual:\n      change", "`usual` not in the plan"),
    ("        disability_odi: [-1,", "        odi: [-1,", "`odi` not in the plan"),
    ("seed: 2402", LOCK.replace(HASH, "12ab"), "not a SHA-256 hash"),
    (
        "seed: 2402",
        f"{LOCK}\namendments:\n- {{date: 2026-01-04, key: seed, what: a, why: b, hash: {HASH}}}",
        "The amendment of 2026-01-04 stands after 2026-01-05",
    ),
    (
        "seed: 2402",
        f"{LOCK}\namendments:\n- {{date: 2026-01-09, key: sede, what: a, why: b, hash: {HASH}}}",
        "no section `sede`; the nearest is `seed`",
    ),
]


@pytest.mark.parametrize(("find", "replace", "says"), ROWS, ids=[row[2] for row in ROWS])
def test_what_does_not_fit_is_said(find: str, replace: str, says: str) -> None:
    assert find in GOOD
    with pytest.raises(PlanError) as raised:
        read_plan_text(GOOD.replace(find, replace, 1), DEMO)
    assert says in str(raised.value)


@pytest.mark.parametrize("section", ["arms", "measures", "populations", "questions"])
def test_an_empty_section_is_said(section: str) -> None:
    lines = GOOD.splitlines()
    start = lines.index(f"{section}:")
    end = next((n for n in range(start + 1, len(lines)) if lines[n][:1].isalpha()), len(lines))
    text = "\n".join([*lines[:start], f"{section}: {{}}", *lines[end:]])
    with pytest.raises(PlanError) as raised:
        read_plan_text(text, DEMO)
    assert f"({section}): The plan " in str(raised.value) or f"({section})" in raised.value.where


def test_one_arm_called_the_reference_is_said() -> None:
    text = (DEMO.parent / "tjosvoll_2020.yaml").read_text("utf-8")
    text = text.replace("    programme:\n", "    reference: true\n    programme:\n", 1)
    with pytest.raises(PlanError, match="The only arm is called the reference"):
        read_plan_text(text, Path("tjosvoll_2020.yaml"))


def test_an_estimand_without_a_question_may_use_any_strategy() -> None:
    estimand = GOOD[GOOD.index("  primary:\n") : GOOD.index("  long_term:\n")]
    later = estimand.replace("  primary:", "  later:").replace("hypothetical", "principal stratum")
    text = GOOD.replace("\nquestions:", f"\n{later}\nquestions:", 1)
    assert "later" in read_plan_text(text, DEMO).plan.estimands


def test_a_week_may_have_several_comparisons_of_programmes_alone() -> None:
    """Two programmes may be compared with each other, not only with the reference."""
    text = GOOD.replace(TREATMENTS, "treatments: {arms: [free_weights], comparator: bands}", 1)
    text = text.replace(FAMILY, "", 1)
    plan = read_plan_text(text, DEMO).plan
    assert plan.estimands["primary"].treatments.comparator == "bands"


def test_every_rule_says_what_it_asks() -> None:
    assert all(rule.__doc__ for rule in RULES)
    assert len(set(RULES)) == len(RULES)


def test_nothing_is_missing_of_pseudo_participants() -> None:
    rules = [rule for rule in RULES if rule.__name__ == "somebody_can_be_missing"]
    (rule,) = rules
    plan = read_plan_text(GOOD, DEMO).plan
    made_up = replace(plan.study, simulated=False, pseudo_participants=True)
    told = list(rule(plan.questions, made_up))
    assert {problem.key[1] for problem in told} == {"missing", "tipping"}
    assert not list(rule(plan.questions, plan.study))
