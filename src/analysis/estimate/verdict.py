"""The written rule of the ledger: from results to a verdict and how certain it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from analysis.plan.schema_claims import Certainty, Claim, Evidence, Verdict
from analysis.result.record import Result

# The stated scales, best first; their places stand in the result rows.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
# What the results say of one part of a claim.
Told = Literal["shown", "in part", "open", "both ways", "against", "no result"]
TOLD: tuple[Told, ...] = get_args(Told)
# A row of what a source says without a number: below nought it favours the first arm.
STATED = "stated"
WHOLE = ""


@dataclass(frozen=True)
class Weighed:
    """One result beside what the claim would have it be.

    Attributes:
        says: `for`, `against` or `open` (the interval holds both), or `absent` (no such row).
    """

    evidence: Evidence
    row: Result | None
    says: str


def weigh(evidence: Evidence, row: Result | None) -> Weighed:
    """What a result says of a claim: its whole interval must lie on one side to speak.

    A number without an interval leaves the claim open, since chance is not told. What a source
    states without a number (`stated`) speaks as it is stated.
    """
    if row is None:
        return Weighed(evidence, None, "absent")
    if row.statistic == STATED:
        return Weighed(evidence, row, _says_stated(evidence, row.value))
    if row.lower is None or row.upper is None:
        return Weighed(evidence, row, "open")
    good, bad = _sides(evidence, row.lower, row.upper)
    return Weighed(evidence, row, "against" if bad else "for" if good else "open")


def _says_stated(evidence: Evidence, value: float) -> str:
    """What a statement says; that no difference was found does not show that there is none."""
    if value == 0:
        return "open"
    if evidence.expects == "alike":
        return "against"
    return "for" if (value > 0) == (evidence.expects == "more than") else "against"


def _sides(evidence: Evidence, lower: float, upper: float) -> tuple[bool, bool]:
    """Whether a whole interval lies where the claim has it, and whether it lies on the other side.

    More, shown to be more, is not "no more", however little it is. Two that differ by less than
    the margin are alike, though the difference be shown.
    """
    than, margin = evidence.than, evidence.margin or 0.0
    if evidence.expects == "alike":
        low, high = than - margin, than + margin
        return low < lower and upper < high, lower > high or upper < low
    if evidence.expects == "more than":
        return lower > than, upper < than
    return upper < (than + margin if evidence.expects == "no more than" else than), lower > than


def tell(claim: Claim, weighed: Sequence[Weighed]) -> dict[str, Told]:
    """What the main results say of each part of a claim; a claim without parts is one part.

    *shown*: all speak for it. *in part*: some do, others leave it open. *against*: some speak
    against it and none for it. *both ways*: some for, some against. *open*: all leave it open. *no
    result*: none is there.
    """
    main = [each for each in weighed if each.evidence.role == "main" and each.row is not None]
    return {
        part: _part({each.says for each in main if not claim.parts or each.evidence.part == part})
        for part in claim.parts or [WHOLE]
    }


def _part(said: set[str]) -> Told:
    if not said:
        return "no result"
    if {"for", "against"} <= said:
        return "both ways"
    if "for" in said:
        return "shown" if said == {"for"} else "in part"
    return "against" if "against" in said else "open"


def verdict(claim: Claim, weighed: Sequence[Weighed]) -> Verdict:
    """The verdict on a claim: what its parts give, but never better than the best that evidence of
    this kind can give.
    """
    found = of_parts(list(tell(claim, weighed).values()))
    if found in ("contradicted", "not testable here"):
        return found
    return VERDICTS[max(VERDICTS.index(found), VERDICTS.index(claim.at_best))]


def of_parts(parts: Sequence[Told]) -> Verdict:
    """What the parts of a claim give; a part that does better never makes it worse.

    *not testable here*: no part has a result. *supported*: every part is shown. *supported in
    part*: some part is, in full or in part, and results speak against none. *contradicted*: against
    some part, and none is shown even in part. *not shown*: everything else, as where one part is
    shown and another spoken against.
    """
    told = set(parts)
    if told == {"no result"}:
        return "not testable here"
    if told == {"shown"}:
        return "supported"
    good, bad = bool(told & {"shown", "in part"}), "against" in told
    if good == bad:
        return "not shown"
    return "supported in part" if good else "contradicted"


def certainty(claim: Claim, weighed: Sequence[Weighed]) -> Certainty:
    """How certain the verdict is: high, less a step for each reason, in the manner of GRADE.

    A step where a main result does not compare people allocated at random in one trial; where the
    main results do not all say the same, or leave it open; where there is one main result only;
    where one is stated without a number; where evidence of this kind can give no better verdict.
    """
    main = [each for each in weighed if each.evidence.role == "main" and each.row is not None]
    if not main:
        return "none"
    steps = sum(
        [
            any(each.evidence.design != "randomised" for each in main),
            {each.says for each in main} not in ({"for"}, {"against"}),
            len(main) == 1,
            any(each.row.statistic == STATED for each in main),
            claim.limit is not None,
        ]
    )
    return CERTAINTIES[min(steps, CERTAINTIES.index("very low"))]
