"""Hand-made result rows about published studies, for the tests of the show room."""

from __future__ import annotations

from dataclasses import replace

from analysis.result.record import Result
from tests.spec.show_rows import row

PLACE = {"question": "evidence", "estimand": None}
WORDS = {"one": "Aasa 2015", "two": "Cai 2015", "three": "Suh 2019"}


def effect(
    key: str, value: float, lower: float, upper: float, weight: float, pool: str = "all"
) -> list[Result]:
    """A published effect and its weight."""
    place = PLACE | {"level": f"{pool}:{key}"}
    told = {"lower": lower, "upper": upper, "week": 8, "n": 70, "method": "printed; doi:10.1136/x"}
    return [row("effect", value, se=1.0, **told, **place), row("weight", weight, **place)]


def pooled(key: str, value: float, lower: float, upper: float, **rest) -> list[Result]:
    """A pool with the interval for a new study and its heterogeneity."""
    place = PLACE | {"level": key}
    told = {"lower": lower, "upper": upper, "p": 0.01, "n": 3, "n_observed": 3}
    told |= {"method": "REML, Hartung-Knapp"} | rest
    return [
        row("pooled", value, **told, **place),
        row("prediction", value, lower=lower - 6, upper=upper + 6, n=3, **place),
        row("i2", 42.0, **place),
        row("tau2", 5.25, **place),
        row("q", 3.4, df=2, p=0.18, **place),
    ]


def study_rows() -> list[Result]:
    """Three effects, two of them pooled a second time, a review's result beside."""
    place = PLACE | {"level": "all"}
    gap = {"lower": -9.0, "upper": 2.0, "level": "all minus short"}
    printed = {"method": "moderate; Hayden 2021; doi:10.1002/y", "n": 2746, "n_observed": 35}
    printed |= {"level": "hayden:1", "comparator": "exercise"}
    return [
        *effect("one", -12, -18, -6, 50),
        *effect("two", -6, -13, 1, 30),
        *effect("three", 2, -8, 12, 20),
        row("left_out", 1, **(PLACE | {"level": "all:four", "method": "measured late"})),
        *pooled("all", -7.4, -13.1, -1.7),
        row("as_reviewed", -7.4, lower=-13.1, upper=-1.7, method="DerSimonian-Laird", **place),
        row("target", -7.4, lower=-13.0, upper=-1.7, method="as printed", **place),
        row("without", -9.2, lower=-14.0, upper=-4.4, **(PLACE | {"level": "all:three"})),
        row("without", -3.1, lower=-9.0, upper=2.8, **(PLACE | {"level": "all:one"})),
        *effect("two", -6, -13, 1, 60, "short"),
        *effect("three", 2, -8, 12, 40, "short"),
        *pooled("short", -2.8, -9.9, 4.3, n=2, n_observed=2),
        row("pooled_difference", -4.6, **(PLACE | gap)),
        row("interval_level", 95, **PLACE),
        row("review", -15, lower=-18, upper=-12, **(PLACE | {"measure": None}), **printed),
    ]


def length_rows() -> list[Result]:
    """The same effects by the length of the programme, and two doses allocated at random."""
    place = {"question": "length", "estimand": None}
    shown = [row for row in study_rows() if row.statistic in ("effect", "weight", "pooled")]
    renamed = [
        replace(row, question="length", id=row.id.replace("evidence", "length", 1)) for row in shown
    ]
    bands = [("all", 3), ("short", 2)]
    told = {"lower": -20.0, "upper": -1.0, "n": 148, "method": "doses allocated at random"}
    slope = {"lower": -4.2, "upper": 3.1, "n": 5, "method": "between trials"}
    unsure = {"n": 5, "n_observed": 5, "df": 1.1, "method": "between trials; too few"}
    return [
        *renamed,
        *(row("count", n, **(place | {"level": f"{key}: up to 8 weeks"})) for key, n in bands),
        *(row("count", 0, **(place | {"level": f"{key}: 12 weeks or more"})) for key, _ in bands),
        row("dose_within", -11.0, **(place | {"level": "two"} | told)),
        row(
            "dose_stated",
            -1,
            **(place | {"level": "kell", "comparator": "more days against fewer"}),
        ),
        row("slope", -0.56, **(place | {"level": "adjusted"} | slope)),
        row("slope", -0.4, **(place | {"level": "all"} | slope)),
        row("slope_shortest", -0.5, **(place | {"level": "all"} | slope)),
        row("slope_longest", -0.3, **(place | {"level": "all"} | slope)),
        row("slope_sessions_a_week", -2.9, **(place | {"level": "adjusted"} | unsure)),
        row("weeks", 8, **(place | {"level": "all:one"})),
        row("weeks", 14, **(place | {"level": "all:two", "lower": 12.0, "upper": 16.0})),
        row("weeks", 8, **(place | {"level": "short:three"})),
        row("no_weeks", 1, **(place | {"level": "all:three", "method": "no weeks told"})),
        row("sessions_a_week", 2, **(place | {"level": "all:one"})),
        row("sessions_in_all", 16, **(place | {"level": "all:one"})),
        *(row("curve", -6.0 - n, **(place | CURVE | {"week": 6 + n})) for n in range(4)),
        *(row("curve_longest", -5.0, **(place | CURVE | {"week": 6 + n})) for n in range(4)),
    ]


CURVE = {"level": "short", "lower": -14.0, "upper": 3.0, "method": "natural spline"}


def contrast_rows() -> list[Result]:
    """One comparison printed with an interval, one stated without a number."""
    place = {"question": "contrasts", "estimand": None, "measure": None}
    told = {"lower": -11.5, "upper": 3.5, "week": 6, "n": 80, "method": "printed; doi:10.1016/j.x"}
    arms = {"level": "one", "comparator": "hip training against none"}
    said = {
        "level": "two",
        "comparator": "more days against fewer",
        "method": "stated; doi:10.1519/JSC.y",
    }
    return [row("contrast", -4, **(place | arms | told)), row("stated", -1, **(place | said))]


STATED = {"comparator": "against", "method": "stated; doi:10.1519/JSC.0b013e3181d09df7"}


def claim_rows() -> list[Result]:
    """Two claims: one that a result speaks for, one that no result bears on."""
    place = {"question": "claims", "estimand": None, "measure": None}
    told = {
        "lower": -0.7,
        "upper": -0.1,
        "comparator": "for",
        "method": "training against none; evidence: a.row; main (less), randomised; "
        "the claim has it: less than 0 SD; doi:10.1136/x",
    }
    return [
        row("verdict", 0, **(place | {"level": "works: supported", "method": "1 for"})),
        row("certainty", 1, **(place | {"level": "works: moderate", "method": "1 for"})),
        row("part", 0, **(place | {"level": "works:less: shown", "method": "1 for"})),
        row("part", 0, **(place | {"level": "works:more: shown", "method": "1 for"})),
        row("evidence", -0.4, **(place | {"level": "works:1"} | told)),
        row("evidence_stated", 1, **(place | {"level": "works:2:beside"} | STATED)),
        row("verdict", 4, **(place | {"level": "safe: not testable here", "method": "none"})),
        row("certainty", 4, **(place | {"level": "safe: none", "method": "none"})),
    ]


def appraisal_rows() -> list[Result]:
    """The same pools with a funnel, certainty, traffic lights and a selection."""
    rows = study_rows()
    told = {"lower": -22.0, "upper": 8.0, "se": 7.5}
    rows.append(row("funnel_limit", -7.4, **(PLACE | {"level": "all"} | told)))
    rows.append(row("asymmetry_not_tested", 3, **(PLACE | {"level": "all"})))
    for percent, half in ((90, 12.3), (95, 14.7), (99, 19.3)):
        ends = {"lower": -half, "upper": half, "se": 7.5, "level": f"all: {percent}"}
        rows.append(row("funnel_contour", 0, **(PLACE | ends)))
    for half, n in (("more precise", 0), ("less precise", 1)):
        rows.append(row("funnel_side", n, n=1, **(PLACE | {"level": f"all: {half}"})))
    for key, value, se in (("one", -12, 3.1), ("two", -6, 3.6), ("three", 2, 5.1)):
        ends = {"lower": value - 1.96 * se, "upper": value + 1.96 * se, "level": f"all:{key}"}
        rows.append(row("trial_effect", value, se=se, n=1, **(PLACE | ends)))
    for pool in ("all", "short"):
        for domain, steps in (("inconsistency", 0), ("imprecision", 1), ("risk_of_bias", -1)):
            level = {"level": f"{pool}:{domain}", "method": "a reason"}
            rows.append(row("grade", steps, **(PLACE | level)))
        level = {"level": f"{pool}: moderate", "method": "1 steps down; at best"}
        rows.append(row("pool_certainty", 1, **(PLACE | level)))
    for key in ("one", "two", "three"):
        for value, domain in enumerate(("D1", "D2", "D3", "D4", "D5", "overall")):
            level = {"level": f"all:{key}:{domain}", "method": "read in the paper"}
            rows.append(row("bias", value % 4 - 1, **(PLACE | level)))
    for step, n in (("effects on file", 9), ("not pooled", 6), ("pooled", 3)):
        rows.append(row("selection", n, **(PLACE | {"measure": None, "level": step})))
    return rows


def network_rows() -> list[Result]:
    """Three kinds of training against education, without a loop."""
    place = {"question": "network", "estimand": None, "method": "REML"}
    kinds = ("Pilates", "resistance", "walking in the open air with a group")
    rows = []
    for n, kind in enumerate(kinds):
        level = {"level": f"{kind} minus education", "lower": -20.0, "upper": 4.0 + n, "n": n + 1}
        rows.append(row("network_edge", n + 1, **(place | {"level": level["level"]})))
        rows.append(row("network_difference", -8.0 + n, **(place | level)))
        rows.append(row("p_score", 70.0 - n, **(place | {"level": kind})))
    for node, n, people in (*((kind, 1, 40) for kind in kinds), ("education", 3, 120)):
        rows.append(row("network_node", n, n=people, **(place | {"level": node})))
    told = {"level": "1", "method": "One study alone speaks of Pilates"}
    rows.append(row("network_limit", 1, **(place | told)))
    return [*rows, row("network_no_loop", 0, **(place | {"method": "no loop"}))]


def among_rows() -> list[Result]:
    """The published effects with this trial's own result, inside and outside what is expected."""
    place = {"question": "among", "estimand": None}
    shown = ("effect", "weight", "pooled", "prediction")
    rows = [
        replace(each, question="among", id=each.id.replace("evidence", "among", 1))
        for each in study_rows()
        if each.statistic in shown
    ]
    for arm, value, inside in (("bands", -8.0, 1), ("free_weights", -31.0, 0)):
        told = {"arm": arm, "week": 16, "lower": value - 6, "upper": value + 6, "n": 160}
        rows.append(row("own", value, **(place | told)))
        ends = {"arm": arm, "week": 16, "lower": -27.0, "upper": 11.0}
        rows.append(row("expected", inside, **(place | ends)))
    return rows
