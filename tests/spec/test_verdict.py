"""The written rule of the ledger: from results to what they say, to parts, to a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement, product

import pytest

from analysis.estimate.verdict import (
    STATED,
    TOLD,
    Weighed,
    certainty,
    of_parts,
    tell,
    verdict,
    weigh,
)
from analysis.plan.schema_claims import Claim, Evidence
from analysis.result.record import Result


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


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (result(0, -4, 4), "for"),
        (result(3, 1, 4.9), "for"),
        (result(-3, -4.9, -1), "for"),
        (result(3, 1, 5), "open"),
        (result(0, -6, 4), "open"),
        (result(0, -9, 9), "open"),
        (result(8, 6, 10), "against"),
        (result(-8, -10, -6), "against"),
        (result(3), "open"),
    ],
)
def test_alike_is_shown_within_a_margin_and_gainsaid_beyond_it(row, says):
    """A difference that is shown but small is still alike; one on either side, if large, is not."""
    assert weigh(evidence(expects="alike", unit="points of 100", margin=5), row).says == says
    moved = evidence(expects="alike", than=10.0, unit="points of 100", margin=5)
    ends = {"lower": None, "upper": None}
    if row.lower is not None:
        ends = {"lower": row.lower + 10, "upper": row.upper + 10}
    assert weigh(moved, replace(row, value=row.value + 10, **ends)).says == says


@pytest.mark.parametrize(
    ("value", "expects", "says"),
    [
        (-1, "alike", "against"),
        (1, "alike", "against"),
        (0, "alike", "open"),
        (-1, "no more than", "for"),
        (1, "no more than", "against"),
        (0, "no more than", "open"),
        (1, "more than", "for"),
        (0, "more than", "open"),
    ],
)
def test_what_is_stated_of_two_alike_or_no_worse(value, expects, says):
    """No difference found is no equivalence shown; a difference stated is one, on either side."""
    assert weigh(evidence(expects=expects), stated(value)).says == says


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unit": "points of 100", "than": -15.0}, "less than −15\N{NO-BREAK SPACE}points of 100"),
        ({"unit": "risk ratio", "than": 1.0}, "less than 1"),
        (
            {"unit": "risk difference", "expects": "no more than", "margin": 0.05},
            "no more than 0, with a margin of 0.05",
        ),
        ({"unit": "SD", "expects": "alike", "margin": 0.2}, "within 0.2 of 0\N{NO-BREAK SPACE}SD"),
        ({}, "the first does better"),
        ({"expects": "no more than"}, "the first does no worse"),
        ({"expects": "alike"}, "neither does better"),
    ],
)
def test_what_a_claim_would_have_is_told_in_its_unit(more, words):
    assert evidence(**more).test == words


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
        ([GOOD], [BAD], "not shown"),
        ([GOOD, OPEN], [BAD, OPEN], "not shown"),
        ([GOOD], [GOOD, BAD], "supported in part"),
        ([GOOD, BAD], [BAD], "contradicted"),
        ([None], [BAD], "contradicted"),
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


# What is told of a part, worst first, and how good a verdict is; nothing there is as good as open.
STANDING = {"against": 0, "both ways": 1, "open": 2, "no result": 2, "in part": 3, "shown": 4}
WORTH = {
    "contradicted": 0,
    "not shown": 1,
    "not testable here": 1,
    "supported in part": 2,
    "supported": 3,
}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_part_that_does_better_never_worsens_the_verdict(count):
    """Every combination of what can be told of so many parts, each part raised to each better."""
    assert set(STANDING) == set(TOLD)
    for parts in product(TOLD, repeat=count):
        before = WORTH[of_parts(parts)]
        for place, better in product(range(count), TOLD):
            if STANDING[better] >= STANDING[parts[place]]:
                raised = [*parts[:place], better, *parts[place + 1 :]]
                assert WORTH[of_parts(raised)] >= before, (parts, raised)


def _weighed(says: tuple[tuple[str, ...], ...]) -> Iterator[Weighed]:
    for part, own in zip("ab", says, strict=True):
        for word in own:
            yield Weighed(evidence(part=part), OPEN, word)


def test_a_result_that_speaks_better_never_worsens_the_verdict():
    """The same one step down: up to three results in each of two parts, each raised."""
    better = {"against": ("open", "for"), "open": ("for",), "for": ()}
    made = claim(evidence(part="a"), parts={"a": "more", "b": "for long"})
    sets = [own for n in range(4) for own in combinations_with_replacement(better, n)]
    for one, two in product(sets, repeat=2):
        before = WORTH[verdict(made, list(_weighed((one, two))))]
        for place, word in enumerate(one):
            for raised in better[word]:
                after = (*one[:place], raised, *one[place + 1 :])
                told = list(_weighed((after, two)))
                assert WORTH[verdict(made, told)] >= before, (one, two, tell(made, told))


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
