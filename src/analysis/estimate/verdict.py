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
    lower, upper = row.lower, row.upper
    if row.statistic == STATED:
        lower = upper = row.value
    if lower is None or upper is None:
        return Weighed(evidence, row, "open")
    below, above = upper < evidence.than, lower > evidence.than
    if evidence.expects == "more than":
        good, bad = above, below
    elif evidence.expects == "no more than":
        good, bad = upper < evidence.than + (evidence.margin or 0.0), above
    else:
        good, bad = below, above
    # More, shown to be more, is not "no more", however little it is.
    return Weighed(evidence, row, "against" if bad else "for" if good else "open")


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
    """The verdict on a claim, from what is told of its parts.

    *not testable here*: no part has a result. *supported*: every part is shown. *supported in
    part*: some part is, in full or in part. *contradicted*: results speak against some part and for
    none. *not shown*: all parts are open, or their results point both ways. Never better than the
    best that evidence of this kind can give.
    """
    told = set(tell(claim, weighed).values())
    if told == {"no result"}:
        return "not testable here"
    if told == {"shown"}:
        found: Verdict = "supported"
    elif told & {"shown", "in part"}:
        found = "supported in part"
    else:
        found = "contradicted" if "against" in told else "not shown"
    if found == "contradicted":
        return found
    return VERDICTS[max(VERDICTS.index(found), VERDICTS.index(claim.at_best))]


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
