"""How far a pool can be trusted: risk of bias, selection, reasons for doubt."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.published import Published
from analysis.estimate.asked import Asked
from analysis.estimate.pool import Pool
from analysis.plan.schema_claims import Certainty
from analysis.plan.schema_evidence import JUDGED
from analysis.result.record import Result

# Above these a spread between studies is told as inconsistency.
MUCH_I2 = 50.0
DOMAINS = ("D1", "D2", "D3", "D4", "D5", "overall")
JUDGEMENTS = ("low", "some concerns", "high")
NOT_JUDGED = -1
CERTAINTY: tuple[Certainty, ...] = ("high", "moderate", "low", "very low")


def bias_rows(pool: Pool, published: Published, asked: Asked) -> list[Result]:
    """Risk of bias by RoB 2 as it is on file: a row an effect and domain.

    Returns:
        Rows `bias`, level `key:row:domain`; value 0 low, 1 some concerns, 2 high, -1 not judged;
        method the reason and where it was read. None where no trial of the pool was judged.

    Source: Sterne et al. (2019) BMJ 366:l4898.
    """
    table = published.risk_of_bias
    known = {}
    if {"trial_key", "domain", "judgement"} <= set(table):
        known = {(line.trial_key, line.domain): line for line in table.itertuples()}
    rows = []
    trials = set(pool.effects.rows["trial_key"])
    if not trials & {key for key, _ in known}:
        return rows
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
