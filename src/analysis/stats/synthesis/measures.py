"""Every measure of effect: how it is called, and whether it is a logarithm or standardised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """words: its name. log: a logarithm, to be shown by its exponential as `ratio`.

    standardised: in standard deviations, whatever the outcome's unit was.
    """

    words: str
    log: bool = False
    ratio: str = ""
    standardised: bool = False


# Their variance follows the events, not the people.
OF_EVENTS = frozenset(
    {"rr", "or", "rd", "peto", "or2dl", "or2dn", "irr", "ird", "pr", "pln", "plo", "ir", "irln"}
)


def _standardised(words: str) -> Measure:
    return Measure(words, standardised=True)


MEASURES: dict[str, Measure] = {
    "md": Measure("mean difference"),
    "smd": _standardised("standardised mean difference (Hedges' g)"),
    "smdh": _standardised("standardised mean difference, unequal variances"),
    "smd1": _standardised("standardised mean difference by the second group (Glass' delta)"),
    "smd1h": _standardised("Glass' delta, unequal variances"),
    "rom": Measure("log ratio of means", log=True, ratio="ratio of means"),
    "vr": Measure("log ratio of standard deviations", log=True, ratio="ratio of SDs"),
    "cvr": Measure("log ratio of coefficients of variation", log=True, ratio="ratio of CVs"),
    "mc": Measure("mean change"),
    "smcc": _standardised("standardised mean change (by the SD of changes)"),
    "smcr": _standardised("standardised mean change (by one time's SD)"),
    "smcrh": _standardised("standardised mean change (by one time's SD), unequal variances"),
    "smcrp": _standardised("standardised mean change (by the pooled SD)"),
    "smcrph": _standardised("standardised mean change (by the pooled SD), unequal variances"),
    "romc": Measure("log ratio of means over time", log=True, ratio="ratio of means"),
    "rr": Measure("log risk ratio", log=True, ratio="risk ratio"),
    "or": Measure("log odds ratio", log=True, ratio="odds ratio"),
    "rd": Measure("risk difference"),
    "as": Measure("difference of arcsine-transformed risks"),
    "peto": Measure("log odds ratio (Peto)", log=True, ratio="odds ratio"),
    "or2dl": _standardised("standardised mean difference behind an odds ratio (logistic)"),
    "or2dn": _standardised("standardised mean difference behind an odds ratio (normal)"),
    "irr": Measure("log rate ratio", log=True, ratio="rate ratio"),
    "ird": Measure("rate difference"),
    "irsd": Measure("difference of root rates"),
    "pr": Measure("proportion"),
    "pln": Measure("log proportion", log=True, ratio="proportion"),
    "plo": Measure("log odds", log=True, ratio="odds"),
    "pas": Measure("arcsine-transformed proportion"),
    "pft": Measure("double arcsine proportion"),
    "ir": Measure("rate"),
    "irln": Measure("log rate", log=True, ratio="rate"),
    "irs": Measure("root rate"),
    "irft": Measure("double root rate"),
    "mn": Measure("mean"),
    "mnln": Measure("log mean", log=True, ratio="mean"),
    "cvln": Measure("log coefficient of variation", log=True, ratio="coefficient of variation"),
    "sdln": Measure("log standard deviation", log=True, ratio="standard deviation"),
    "cor": Measure("correlation"),
    "zcor": Measure("Fisher's z of a correlation"),
}
