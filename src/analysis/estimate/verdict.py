"""The written rule of the ledger: from results to a verdict and how certain it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from analysis.plan.schema_claims import Certainty, Claim, Evidence, Verdict
from analysis.result.record import Result

# The stated scales, best first; their places stand in the result rows.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)


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

    A result without an interval speaks by its value alone.
    """
    if row is None:
        return Weighed(evidence, None, "absent")
    lower = row.value if row.lower is None else row.lower
    upper = row.value if row.upper is None else row.upper
    below, above = upper < evidence.than, lower > evidence.than
    good, bad = (below, above) if evidence.expects == "less than" else (above, below)
    return Weighed(evidence, row, "for" if good else "against" if bad else "open")


def verdict(claim: Claim, weighed: Sequence[Weighed]) -> Verdict:
    """The verdict on a claim.

    *supported*: every main result speaks for it. *supported in part*: some do, none or others
    speak against it or are open. *contradicted*: some speak against it and none for it. *not
    shown*: all are open. *not testable here*: no main result is there. Never better than the best
    that evidence of this kind can give.
    """
    said = [each.says for each in weighed if each.evidence.role == "main"]
    said = [word for word in said if word != "absent"]
    if not said:
        return "not testable here"
    if all(word == "for" for word in said):
        found: Verdict = "supported"
    elif "for" in said:
        found = "supported in part"
    else:
        found = "contradicted" if "against" in said else "not shown"
    if found == "contradicted":
        return found
    return VERDICTS[max(VERDICTS.index(found), VERDICTS.index(claim.at_best))]


def certainty(claim: Claim, weighed: Sequence[Weighed]) -> Certainty:
    """How certain the verdict is: high, less a step for each reason, in the manner of GRADE.

    A step where a main result does not compare people allocated at random in one trial; where the
    main results do not all say the same, or leave it open; where there is one main result only;
    where evidence of this kind can give no better verdict.
    """
    main = [each for each in weighed if each.evidence.role == "main" and each.row is not None]
    if not main:
        return "none"
    steps = sum(
        [
            any(each.evidence.design != "randomised" for each in main),
            {each.says for each in main} not in ({"for"}, {"against"}),
            len(main) == 1,
            claim.limit is not None,
        ]
    )
    return CERTAINTIES[min(steps, CERTAINTIES.index("very low"))]
