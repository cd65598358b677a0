"""Compare effect sizes with metafor's escalc on public example data.

Run: python validation/metafor/peers_escalc.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.synthesis import changes, counts, means, single
from analysis.stats.synthesis.effect import Effect
from validation.metafor.peers import data, results

GROUPS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
OF_MEANS = {
    "MD": (means.mean_difference, {}),
    "SMD": (means.standardised_difference, {}),
    "SMD_vtype_LS": (means.standardised_difference, {"variance": "ls"}),
    "SMD_vtype_LS2": (means.standardised_difference, {"variance": "ls2"}),
    "SMD_vtype_UB": (means.standardised_difference, {"variance": "ub"}),
    "SMD_vtype_AV": (means.standardised_difference, {"variance": "av"}),
    "SMDH": (means.standardised_difference_unequal, {}),
    "SMD1": (means.standardised_by_second, {}),
    "SMD1H": (means.standardised_by_second, {"unequal": True}),
    "ROM": (means.ratio_of_means, {}),
    "VR": (means.ratio_of_spreads, {}),
    "CVR": (means.ratio_of_spreads, {"relative": True}),
}
OF_TIMES = {
    "MC": (changes.mean_change, {}),
    "SMCC": (changes.standardised_change, {"by": "change"}),
    "SMCR": (changes.standardised_change, {"by": "raw"}),
    "SMCRH": (changes.standardised_change, {"by": "raw-unequal"}),
    "SMCRP": (changes.standardised_change, {"by": "pooled"}),
    "SMCRPH": (changes.standardised_change, {"by": "pooled-unequal"}),
    "ROMC": (changes.ratio_of_times, {}),
}
ALIASES = {"OR2D": "or2dl"}
# Measures of association between variables, transformations nobody pools trials on, and what R
# itself did not compute.
NOT_OFFERED = {
    *("bcg_PHI", "bcg_ZPHI", "bcg_YUQ", "bcg_YUY", "bcg_RTET", "bcg_ZTET", "bcg_PBIT", "bcg_MPRR"),
    *("normand_RPB", "normand_ZPB", "normand_RBIS", "normand_ZBIS", "normand_CLESN"),
    *("normand_D2OR", "normand_D2ORN", "normand_D2ORL", "normand_SMN"),
    *("prepost_CVRC", "prepost_VRC", "bcg_prop_PRZ", "molloy_UCOR"),
}


def cases() -> list[str]:
    """Every case that this package offers."""
    return [name for name in results("metafor_escalc") if name not in NOT_OFFERED]


def effect(case: str) -> Effect:
    """This package's effects of one case."""
    which, measure = case.split("_", 1)
    if case.startswith("bcg_prop_"):
        table = data("dat.bcg")
        return single.proportion(case[9:].lower(), table["tpos"], table["tpos"] + table["tneg"])
    if which == "bcg":
        table = data("dat.bcg")
        given = [table["tpos"], table["tpos"] + table["tneg"]]
        given += [table["cpos"], table["cpos"] + table["cneg"]]
        return counts.two_by_two(ALIASES.get(measure, measure.lower()), *given)
    if which == "zero":
        name, add_to = measure.split("_")
        table = pd.DataFrame(results("metafor_uni")["zero_cell_data"]["data"])
        a, b, c, d = (table[x] for x in ("ai", "bi", "ci", "di"))
        return counts.two_by_two(name.lower(), a, a + b, c, c + d, add_to=add_to)
    return _of_numbers(which, measure)


def _of_numbers(which: str, measure: str) -> Effect:
    if which == "prepost":
        table = pd.DataFrame(results("metafor_uni")["morris2008_prepost"]["data"])
        # R was given the baseline's standard deviation first, beside the later mean.
        names = ("m_post", "m_pre", "sd_pre", "sd_post", "ni", "ri")
        function, options = OF_TIMES[measure]
        return function(*(table[name] for name in names), **options)
    if which == "normand":
        table = data("dat.normand1999")
        if measure in OF_MEANS:
            function, options = OF_MEANS[measure]
            return function(*(table[name] for name in GROUPS), **options)
        return single.one_mean(measure.lower(), *(table[name] for name in ("m1i", "sd1i", "n1i")))
    if which == "molloy":
        table = data("dat.molloy2014")
        return single.correlation(measure.lower(), table["ri"], table["ni"])
    return _of_rates(measure)


def _of_rates(measure: str) -> Effect:
    """The data of R's rates are not kept; counts and times follow from its other results."""
    r = results("metafor_escalc")
    x1 = 1 / np.array(r["nielweise_IRLN"]["vi"])
    t1 = x1 / np.array(r["nielweise_IR"]["yi"])
    if measure in ("IR", "IRLN", "IRS", "IRFT"):
        return single.incidence(measure.lower(), x1, t1)
    x2 = 1 / (np.array(r["nielweise_IRR"]["vi"]) - 1 / x1)
    rate2 = np.array(r["nielweise_IR"]["yi"]) / np.exp(r["nielweise_IRR"]["yi"])
    return counts.rates(measure.lower(), x1, t1, x2, x2 / rate2)


def differences(case: str) -> float:
    """The worst difference of effects and variances: relative, absolute below one thousandth."""
    made, r = effect(case), results("metafor_escalc")[case]
    worst = 0.0
    for ours, theirs in ((made.effect, r["yi"]), (made.variance, r["vi"])):
        theirs = np.array(theirs, dtype=float)
        if (np.isnan(ours) != np.isnan(theirs)).any():
            return np.inf
        gap = np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-3)
        worst = max(worst, float(np.nanmax(gap, initial=0.0)))
    return worst


def main() -> None:
    """Print every case."""
    found = {case: differences(case) for case in cases()}
    for case, gap in found.items():
        print(f"{case:28s} {gap:.0e}")
    print(f"{len(found)} cases, worst {max(found.values()):.0e}")


if __name__ == "__main__":
    main()
