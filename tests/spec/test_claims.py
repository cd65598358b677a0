"""The ledger: a verdict follows from rows by a written rule, and changes when a row changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.data.store import load_trial
from analysis.errors import PlanError
from analysis.estimate.answers import answer_rows
from analysis.estimate.verdict import certainty, verdict, weigh
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


def result(value: float, lower: float | None = None, upper: float | None = None) -> Result:
    """A result row."""
    return Result(id="r", question="q", statistic="x", value=value, lower=lower, upper=upper)


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
        (result(-5), "less than", "for"),
        (result(-5, -9, 0), "less than", "open"),
        (None, "less than", "absent"),
    ],
)
def test_a_result_speaks_only_where_its_whole_interval_lies_on_one_side(row, expects, says):
    assert weigh(evidence(expects=expects), row).says == says


GOOD, BAD, OPEN = result(-5, -9, -1), result(5, 1, 9), result(0, -4, 4)


@pytest.mark.parametrize(
    ("rows", "word", "sure"),
    [
        ([GOOD, GOOD], "supported", "high"),
        ([GOOD], "supported", "moderate"),
        ([GOOD, OPEN], "supported in part", "moderate"),
        ([GOOD, BAD], "supported in part", "moderate"),
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
    behind = [row for row in rows if row.statistic == "evidence"]
    assert len(behind) == sum(len(each.evidence) for each in trial.ledger.claims.values())
    assert not [row.method for row in behind if row.comparator == "absent"]
    assert all("doi:" in row.method or ": " in row.method for row in behind)


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
    changed = replace(trial, published=replace(trial.published, reviews=reviews))
    assert verdicts(changed)["safe"] == "contradicted"
    same = {k: v for k, v in verdicts(changed).items() if k != "safe"}
    assert same == {k: v for k, v in verdicts(trial).items() if k != "safe"}


def test_a_row_that_went_away_takes_its_verdict_along(trial):
    reviews = trial.published.reviews
    fewer = reviews[reviews["key"] != "tataryn2021:adverse_events"]
    changed = replace(trial, published=replace(trial.published, reviews=fewer))
    assert verdicts(changed)["safe"] == "not testable here"


@pytest.mark.parametrize(
    ("find", "replace_by", "says"),
    [
        ("expects: less than", "expects: lower than", "less than"),
        ("quotation: it is safe", "quotatoin: it is safe", "the nearest is `quotation`"),
        ("    limit: the review is of", "    would_change_: the review is of", "no key"),
        ("        role: beside\n", "", "stands twice with the same|role"),
    ],
)
def test_a_broken_ledger_is_told_with_its_line(find, replace_by, says):
    assert find in TEXT
    broken = TEXT.replace(find, replace_by, 1)
    if find.strip() == "role: beside":
        broken = broken.replace("than: -15", "than: 0")
    with pytest.raises(PlanError, match=says) as told:
        read_ledger_text(broken, PATH)
    assert "claims/back_pain_article.yaml:" in str(told.value)


def test_a_ledger_that_is_not_there_names_those_that_are():
    with pytest.raises(PlanError, match="back_pain_article"):
        read_ledger("back_pain", ROOT)
