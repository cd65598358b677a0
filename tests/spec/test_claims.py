"""The ledger: a verdict follows from rows by a written rule, and changes when a row changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.data.store import load_trial
from analysis.errors import PlanError
from analysis.estimate.answers import answer_rows
from analysis.estimate.verdict import STATED, certainty, verdict, weigh
from analysis.plan.ledger import read_ledger, read_ledger_text
from analysis.plan.read import read_plan
from analysis.plan.schema_claims import Claim, Evidence
from analysis.result.record import Result
from tests.house.tree import ROOT

PATH = ROOT / "claims" / "back_pain_article.yaml"
TEXT = PATH.read_text("utf-8")


def evidence(**more: object) -> Evidence:
    """A main result of randomised people that the claim would have below nought."""
    given = {"study": "s", "question": "q", "row": "r", "expects": "less than", "than": 0.0}
    return Evidence(**(given | {"design": "randomised"} | more))


def result(
    value: float, lower: float | None = None, upper: float | None = None, statistic: str = "x"
) -> Result:
    """A result row."""
    return Result(id="r", question="q", statistic=statistic, value=value, lower=lower, upper=upper)


def stated(value: float) -> Result:
    """What a source states without a number: below nought the first arm did better."""
    return result(value, statistic=STATED)


def claim(*bears: Evidence, **more: object) -> Claim:
    """A claim with its evidence."""
    return Claim(quotation="x", means="y", would_change="z", evidence=bears, **more)


@pytest.mark.parametrize(
    ("row", "expects", "says"),
    [
        (result(-5, -9, -1), "less than", "for"),
        (result(-5, -9, 1), "less than", "open"),
        (result(5, 1, 9), "less than", "against"),
        (result(5, 1, 9), "more than", "for"),
        (result(-5), "less than", "open"),
        (stated(-1), "less than", "for"),
        (stated(1), "less than", "against"),
        (stated(0), "less than", "open"),
        (stated(-1), "more than", "against"),
        (result(-5, -9, 0), "less than", "open"),
        (None, "less than", "absent"),
    ],
)
def test_a_result_speaks_only_where_its_whole_interval_lies_on_one_side(row, expects, says):
    assert weigh(evidence(expects=expects), row).says == says


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (result(0, -0.001, 0.001), "for"),
        (result(-0.02, -0.10, 0.04), "for"),
        (result(-0.02, -0.10, 0.05), "open"),
        (result(0.02, 0.01, 0.03), "against"),
        (result(0.12, 0.05, 0.19), "against"),
        (result(-0.12, -0.19, -0.05), "for"),
    ],
)
def test_no_more_is_shown_within_a_margin(row, says):
    """An equivalence, however exact, speaks for `no more`; more that is shown speaks against it."""
    assert weigh(evidence(expects="no more than", margin=0.05), row).says == says


GOOD, BAD, OPEN = result(-5, -9, -1), result(5, 1, 9), result(0, -4, 4)


@pytest.mark.parametrize(
    ("rows", "word", "sure"),
    [
        ([GOOD, GOOD], "supported", "high"),
        ([GOOD], "supported", "moderate"),
        ([GOOD, OPEN], "supported in part", "moderate"),
        ([GOOD, BAD], "not shown", "moderate"),
        ([GOOD, BAD, BAD, BAD], "not shown", "moderate"),
        ([GOOD, GOOD, BAD, OPEN], "not shown", "moderate"),
        ([stated(-1), stated(-1)], "supported", "moderate"),
        ([stated(1)], "contradicted", "low"),
        ([OPEN, OPEN], "not shown", "moderate"),
        ([BAD, OPEN], "contradicted", "moderate"),
        ([BAD, BAD], "contradicted", "high"),
        ([None], "not testable here", "none"),
        ([], "not testable here", "none"),
    ],
)
def test_the_rule(rows, word, sure):
    bears = [evidence(row=f"r{n}") for n, _ in enumerate(rows)]
    made = claim(*bears)
    weighed = [weigh(each, row) for each, row in zip(bears, rows, strict=True)]
    assert (verdict(made, weighed), certainty(made, weighed)) == (word, sure)


@pytest.mark.parametrize(
    ("one", "two", "word"),
    [
        ([GOOD], [GOOD], "supported"),
        ([GOOD], [OPEN], "supported in part"),
        ([GOOD, OPEN], [OPEN], "supported in part"),
        ([GOOD], [None], "supported in part"),
        ([GOOD], [BAD], "supported in part"),
        ([OPEN], [OPEN], "not shown"),
        ([OPEN], [None], "not shown"),
        ([GOOD, BAD], [OPEN], "not shown"),
        ([OPEN], [BAD], "contradicted"),
        ([None], [None], "not testable here"),
    ],
)
def test_a_claim_of_two_parts_is_supported_where_both_are_shown(one, two, word):
    rows = [*(("a", row) for row in one), *(("b", row) for row in two)]
    bears = [evidence(row=f"r{n}", part=part) for n, (part, _) in enumerate(rows)]
    made = claim(*bears, parts={"a": "more", "b": "for long"})
    weighed = [weigh(each, row) for each, (_, row) in zip(bears, rows, strict=True)]
    assert verdict(made, weighed) == word


def test_evidence_of_a_kind_that_can_say_no_more_is_held_back():
    limited = claim(evidence(), at_best="supported in part", limit="one arm")
    weighed = [weigh(evidence(), GOOD)]
    assert verdict(limited, weighed) == "supported in part"
    assert certainty(limited, weighed) == "low"
    assert verdict(limited, [weigh(evidence(), BAD)]) == "contradicted"


def test_weaker_designs_and_what_stands_beside_count_for_less():
    weak = [weigh(evidence(design="one arm"), GOOD), weigh(evidence(row="b"), GOOD)]
    assert certainty(claim(evidence()), weak) == "moderate"
    beside = [weigh(evidence(role="beside"), BAD), weigh(evidence(), GOOD)]
    assert verdict(claim(evidence()), beside) == "supported"


@pytest.fixture(scope="module")
def trial():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


def verdicts(trial) -> dict[str, str]:
    """The word of each claim."""
    rows = answer_rows(trial, "claims", chapter="11_claims")
    told = [row.level.split(": ") for row in rows if row.statistic == "verdict"]
    return dict(told)


def test_every_claim_has_a_verdict_and_every_result_behind_it_is_there(trial):
    rows = answer_rows(trial, "claims", chapter="11_claims")
    assert set(verdicts(trial)) == set(trial.ledger.claims)
    behind = [row for row in rows if row.statistic in ("evidence", "evidence_stated")]
    assert len(behind) == sum(len(each.evidence) for each in trial.ledger.claims.values())
    assert not [row.method for row in behind if row.comparator == "absent"]


def test_every_result_behind_a_verdict_names_its_paper(trial):
    """A DOI, an address or a citation: no hop is left out, also of pools and of other studies."""
    rows = answer_rows(trial, "claims", chapter="11_claims")
    behind = [row for row in rows if row.statistic in ("evidence", "evidence_stated")]
    without = [row.level for row in behind if not re.search(r"10\.\d{4,9}/|https?://", row.method)]
    assert without == []
    (pool,) = [row for row in behind if row.level == "sixteen_weeks:3"]
    assert "5 effects, read in doi:10.1186/s40798-021-00306-w" in pool.method


def test_the_verdicts_of_the_ledger_that_ships(trial):
    """What the rows on file say today; a row that changes changes them, as the next tests show."""
    assert verdicts(trial) == {
        "effective_for_many": "supported in part",
        "sixteen_weeks": "not shown",
        "majority_at_two_years": "not shown",
        "safe": "not shown",
        "balance": "not testable here",
        "flare_ups": "supported in part",
        "posture": "not testable here",
        "bands_and_weights": "not shown",
        "three_sessions": "contradicted",
        "core_equally": "supported in part",
    }


def changed(trial, table: str, key: str, column: str, **values: object):
    """The trial with other values in one row of a published table."""
    frame = getattr(trial.published, table).copy()
    own = frame[column] == key
    assert own.sum() == 1
    for name, value in values.items():
        frame.loc[own, name] = value
    return replace(trial, published=replace(trial.published, **{table: frame}))


RAISED = {"effect": 1.5, "ci_low": 0.5, "ci_high": 2.5}


@pytest.mark.parametrize(
    ("key", "values", "claim_key", "word"),
    [
        ("tagliaferri2020_pain_w16", {"favours_arm": "a"}, "sixteen_weeks", "supported in part"),
        ("kell2011_4_vs_3_days", {"favours_arm": "b"}, "three_sessions", "supported in part"),
        ("kell2011_4_vs_3_days", {"favours_arm": "neither"}, "three_sessions", "not shown"),
        ("gibbs2022_pain_w8", {"favours_arm": "b"}, "bands_and_weights", "contradicted"),
        ("fukuda2021_pain_end", RAISED, "core_equally", "not shown"),
        ("calatayud2020_recurrence", {"favours_arm": "b"}, "flare_ups", "not shown"),
    ],
)
def test_what_a_trial_states_or_prints_changes_the_verdict_with_it(
    trial, key, values, claim_key, word
):
    before = verdicts(trial)
    after = verdicts(changed(trial, "study_contrasts", key, "row_id", **values))
    assert after[claim_key] == word != before[claim_key]
    assert {each for each in before if before[each] != after[each]} == {claim_key}


def test_one_printed_range_is_one_result_and_speaks_only_as_a_whole(trial):
    """50 to 80 % leaves a majority open; 60 to 80 % speaks for it, of that part alone."""
    study = trial.others["michaelson_2016"]
    shares = study.published.shares.copy()
    shares.loc[shares["row_id"] == "michaelson_2016.hll.week104", "share_low"] = 60.0
    other = replace(study, published=replace(study.published, shares=shares))
    after = replace(trial, others=trial.others | {"michaelson_2016": other})
    assert verdicts(after)["majority_at_two_years"] == "supported in part"


def test_an_exact_equivalence_of_harms_speaks_for_safety(trial):
    ends = {"estimate": 0.0, "ci_low": -0.001, "ci_high": 0.001}
    after = changed(trial, "reviews", "tataryn2021:adverse_events", "key", **ends)
    assert verdicts(after)["safe"] == "supported"


def test_a_claim_without_evidence_says_so(trial):
    words = verdicts(trial)
    for key, each in trial.ledger.claims.items():
        assert (words[key] == "not testable here") == (not each.evidence), key


def test_a_verdict_changes_when_a_row_changes(trial):
    """More harm with training in the published row turns the verdict on safety."""
    assert verdicts(trial)["safe"] == "not shown"
    reviews = trial.published.reviews.copy()
    harms = reviews["key"] == "tataryn2021:adverse_events"
    assert harms.sum() == 1
    reviews.loc[harms, ["estimate", "ci_low", "ci_high"]] = [0.12, 0.05, 0.19]
    after = replace(trial, published=replace(trial.published, reviews=reviews))
    assert verdicts(after)["safe"] == "contradicted"
    same = {k: v for k, v in verdicts(after).items() if k != "safe"}
    assert same == {k: v for k, v in verdicts(trial).items() if k != "safe"}


def test_a_row_that_went_away_takes_its_verdict_along(trial):
    reviews = trial.published.reviews
    fewer = reviews[reviews["key"] != "tataryn2021:adverse_events"]
    after = replace(trial, published=replace(trial.published, reviews=fewer))
    assert verdicts(after)["safe"] == "not testable here"


@pytest.mark.parametrize(
    ("find", "replace_by", "says"),
    [
        ("expects: less than", "expects: lower than", "less than"),
        ("quotation: it is safe", "quotatoin: it is safe", "the nearest is `quotation`"),
        ("    limit: no trial leaves", "    would_change_: no trial leaves", "no key"),
        ("        margin: 0.05\n", "", "`no more than` and `margin` go together"),
        ("        part: most_settings\n", "", "No part of the claim is named"),
        ("        part: most_settings\n", "        part: most\n", "no such part"),
        ("        than: -15\n", "        than: 0\n", "stands twice with the same"),
    ],
)
def test_a_broken_ledger_is_told_with_its_line(find, replace_by, says):
    assert find in TEXT
    broken = TEXT.replace(find, replace_by, 1)
    with pytest.raises(PlanError, match=says) as told:
        read_ledger_text(broken, PATH)
    assert "claims/back_pain_article.yaml:" in str(told.value)


def test_a_ledger_that_is_not_there_names_those_that_are():
    with pytest.raises(PlanError, match="back_pain_article"):
        read_ledger("back_pain", ROOT)
