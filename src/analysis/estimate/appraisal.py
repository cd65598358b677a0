"""How far a pool can be trusted: small studies, risk of bias, selection, reasons for doubt."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.published import Published
from analysis.estimate.asked import Asked
from analysis.estimate.pool import VERIFIED, Pool
from analysis.plan.schema_claims import Certainty
from analysis.plan.schema_evidence import JUDGED
from analysis.result.record import Result

# Below this many trials a test of asymmetry says next to nothing (Sterne et al. 2011).
LEAST_FOR_ASYMMETRY = 10
# Above these a spread between studies is told as inconsistency.
MUCH_I2 = 50.0
DOMAINS = ("D1", "D2", "D3", "D4", "D5", "overall")
JUDGEMENTS = ("low", "some concerns", "high")
NOT_JUDGED = -1
CERTAINTY: tuple[Certainty, ...] = ("high", "moderate", "low", "very low")


def small_study_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Whether small studies tell another story: Egger, trim and fill, and the funnel's limits.

    Returns:
        Rows with the synthesis as level: `funnel_limit` (lower and upper at the largest standard
        error, which stands in se), `egger` (slope) and `filled` (the pool with mirrored studies, n
        of them) from ten trials on, else `asymmetry_not_tested` (the number of trials).

    Source: Sterne et al. (2011) BMJ 343:d4002.
    Agrees with: validation/metafor/README.md
    """
    fit, place = pool.fit, {"measure": pool.synthesis.measure, "level": pool.key}
    funnel = fit.funnel(points=2)
    end = funnel[(funnel["level"] == 0.95) & (funnel["se"] > 0)].iloc[0]
    centre = fit.coefficients.iloc[0]["estimate"]
    limits = {"se": end["se"], "lower": end["lower"], "upper": end["upper"]}
    method = "around the pool, where 95 % of studies lie if chance alone parts them"
    rows = [asked.row("funnel_limit", centre, method=method, **limits, **place)]
    if fit.n_studies < LEAST_FOR_ASYMMETRY:
        why = f"fewer than {LEAST_FOR_ASYMMETRY} trials: a test would say next to nothing"
        return [*rows, asked.row("asymmetry_not_tested", fit.n_studies, method=why, **place)]
    told = fit.egger().iloc[0]
    filled = fit.trim_and_fill().iloc[0]
    ends = {"lower": filled["lower"], "upper": filled["upper"], "se": filled["se"]}
    return [
        *rows,
        asked.row(
            "egger",
            told["slope"],
            se=told["se"],
            df=told["df"],
            p=told["p"],
            method="Egger's regression of effects on standard errors",
            verified=VERIFIED,
            **place,
        ),
        asked.row(
            "filled",
            filled["estimate"],
            n=int(filled["added"]),
            method="trim and fill",
            verified=VERIFIED,
            **ends,
            **place,
        ),
    ]


def bias_rows(pool: Pool, published: Published, asked: Asked) -> list[Result]:
    """Risk of bias by RoB 2 as it is on file: a row an effect and domain.

    Returns:
        Rows `bias`, level `key:row:domain`; value 0 low, 1 some concerns, 2 high, -1 not judged;
        method the reason and where it was read.

    Source: Sterne et al. (2019) BMJ 366:l4898.
    """
    table = published.risk_of_bias
    known = {}
    if {"trial_key", "domain", "judgement"} <= set(table):
        known = {(line.trial_key, line.domain): line for line in table.itertuples()}
    rows = []
    for effect in pool.effects.rows.itertuples():
        for domain in DOMAINS:
            line = known.get((effect.trial_key, domain))
            value = NOT_JUDGED if line is None else JUDGEMENTS.index(line.judgement)
            method = "no judgement on file" if line is None else str(getattr(line, "where", ""))
            level = f"{pool.key}:{effect.row_id}:{domain}"
            place = {"measure": pool.synthesis.measure, "level": level}
            rows.append(asked.row("bias", value, method=method, **place))
    return rows


def selection_rows(published: Published, pools: list[Pool], asked: Asked) -> list[Result]:
    """How the effects on file came down to those that are pooled: counts that add up.

    Returns:
        Rows `selection`, level the step: effects on file, not pooled (and `not pooled: reason`),
        pooled.
    """
    effects = published.effects
    used = {row for pool in pools for row in pool.effects.rows["row_id"]}
    reasons = pd.Series("another question", index=effects["row_id"])
    within = effects["usable_between_arm"].ne("yes").to_numpy()
    reasons[within] = "no effect between arms with its precision and length"
    flagged = effects["quality_flag"].notna().to_numpy() & ~within
    reasons[flagged] = "a quality flag"
    left = reasons[[key not in used for key in reasons.index]]
    steps = [("effects on file", len(effects)), ("not pooled", len(left))]
    steps += [(f"not pooled: {why}", n) for why, n in left.value_counts().items()]
    steps.append(("pooled", len(used)))
    told = "counted from data/raw/published; no search of the literature was made here"
    return [asked.row("selection", n, level=step, method=told) for step, n in steps]


def certainty_rows(pool: Pool, asked: Asked) -> list[Result]:
    """The certainty of a pool, with the reason for every step down.

    Inconsistency and imprecision follow from the pool; the other domains from the plan, where
    somebody judged them with a reason, else they are told as not judged.

    Returns:
        Rows `grade` (level `key:domain`; value the steps down, -1 not judged; method the reason)
        and `pool_certainty` (level `key: word`).

    Source: Guyatt et al. (2008) BMJ 336:924.
    """
    found = {"inconsistency": _inconsistency(pool), "imprecision": _imprecision(pool)}
    for domain in JUDGED:
        told = getattr(pool.synthesis.grade, domain, None) if pool.synthesis.grade else None
        found[domain] = (NOT_JUDGED, "not judged") if told is None else (told.steps, told.why)
    place = {"measure": pool.synthesis.measure}
    rows = [
        asked.row("grade", steps, level=f"{pool.key}:{domain}", method=why, **place)
        for domain, (steps, why) in found.items()
    ]
    down = sum(max(steps, 0) for steps, _ in found.values())
    open_domains = [domain for domain, (steps, _) in found.items() if steps == NOT_JUDGED]
    word = CERTAINTY[min(down, len(CERTAINTY) - 1)]
    why = f"{down} steps down"
    if open_domains:
        why += f"; at best, since not judged: {', '.join(open_domains)}"
    place["level"] = f"{pool.key}: {word}"
    return [*rows, asked.row("pool_certainty", CERTAINTY.index(word), method=why, **place)]


def _inconsistency(pool: Pool) -> tuple[int, str]:
    table = pool.fit.heterogeneity.set_index("statistic")["value"]
    share = 100 * table["i2"]
    if share > MUCH_I2:
        return 1, f"studies differ by more than chance explains (I² above {MUCH_I2:g} %)"
    return 0, f"I² of {MUCH_I2:g} % or less"


def _imprecision(pool: Pool) -> tuple[int, str]:
    line = pool.fit.coefficients.iloc[0]
    if not (math.isfinite(line["lower"]) and math.isfinite(line["upper"])):
        return 1, "no interval"
    if line["lower"] <= 0 <= line["upper"]:
        return 1, "the interval of the pool includes no difference"
    return 0, "the interval of the pool lies on one side of no difference"
