"""Families of comparisons in a plan: what may stand there, and what makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from analysis.errors import PlanError
from analysis.estimate.families import ENGINE, WORDS
from analysis.plan.read import read_plan_text
from analysis.plan.schema_multiplicity import Adjustment, Family
from analysis.stats.multiple import ADJUSTMENTS

DEMO = Path(__file__).parents[2] / "plans" / "demo.yaml"
GOOD = DEMO.read_text("utf-8")
KEY = "    multiplicity:\n      - adjust: simultaneous\n"
TREATMENTS = "treatments: {arms: [bands, free_weights], comparator: usual_care}"


def read(*families: str, find: str = "", replace: str = ""):
    text = "".join(f"      - {family}\n" for family in families)
    assert KEY in GOOD
    made = GOOD.replace(KEY, "    multiplicity:\n" + text, 1)
    assert find in made
    return read_plan_text(made.replace(find, replace, 1), DEMO).plan.questions["primary"]


def test_the_words_of_the_plan_are_those_of_the_engine() -> None:
    assert set(get_args(Adjustment)) == set(ENGINE) == set(WORDS)
    assert set(ENGINE.values()) == set(ADJUSTMENTS) - {"none"}


def test_nothing_named_is_all_programmes_at_the_planned_week() -> None:
    (family,) = read("adjust: holm").multiplicity
    assert family == Family(adjust="holm")
    assert family.comparisons(("a", "b"), 16) == [("a", 16), ("b", 16)]


def test_families_stand_in_their_order() -> None:
    asked = read(
        "{adjust: fixed sequence, arms: [free_weights, bands]}",
        "{adjust: hochberg, weeks: [26, 52]}",
    )
    first, second = asked.multiplicity
    assert first.comparisons(("bands", "free_weights"), 16) == [("free_weights", 16), ("bands", 16)]
    assert second.comparisons(("bands", "free_weights"), 16) == [
        ("bands", 26),
        ("free_weights", 26),
        ("bands", 52),
        ("free_weights", 52),
    ]


ANCOVA_FIRST = {"find": "methods: [mmrm, ancova]", "replace": "methods: [ancova, mmrm]"}
ONE_ARM = {"find": TREATMENTS, "replace": TREATMENTS.replace("bands, ", "")}
ELSEWHERE = {"find": "    estimate: flow\n", "replace": "    estimate: flow\n" + KEY}


@pytest.mark.parametrize(
    ("families", "more", "says"),
    [
        (["adjust: bonferroni"], {}, "bonferroni"),
        (["{adjust: holm, arms: [band]}"], {}, "does not compare: `band`"),
        (["{adjust: holm, arms: [bands, usual_care]}"], {}, "does not compare: `usual_care`"),
        (["{adjust: holm, arms: [bands, bands]}"], {}, "`bands` stands 2 times"),
        (["{adjust: holm, weeks: [16, 17]}"], {}, "does not compare: `17`"),
        (["{adjust: holm, weeks: [0, 16]}"], {}, "does not compare: `0`"),
        (["{adjust: holm, weeks: [16, 16]}"], {}, "stands 2 times"),
        (["{adjust: holm, weeks: [52]}"], {}, "leaves out week 16"),
        (["adjust: holm", "{adjust: holm, weeks: [16, 52]}"], {}, "in an earlier family too"),
        (["{adjust: holm, arms: [bands]}"], {}, "One comparison alone"),
        (["adjust: holm"], ONE_ARM, "One comparison alone"),
        (["{adjust: simultaneous, weeks: [16, 52]}"], ANCOVA_FIRST, "needs `mmrm`"),
        (["adjust: holm"], ELSEWHERE, "does not use `multiplicity`"),
    ],
)
def test_what_makes_no_sense_is_refused(families, more, says) -> None:
    with pytest.raises(PlanError) as raised:
        read(*families, **more)
    assert says in str(raised.value)


def test_without_a_comparator_nothing_is_adjusted() -> None:
    text = GOOD.replace("comparator: usual_care}", "comparator: null}", 1)
    text = text.replace("summary: difference in means", "summary: mean change", 1)
    with pytest.raises(PlanError, match="Without a comparator nothing is compared"):
        read_plan_text(text, DEMO)
