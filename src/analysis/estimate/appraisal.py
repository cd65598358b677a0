"""How far a pool can be trusted: risk of bias, selection, reasons for doubt."""

from __future__ import annotations

import math

import pandas as pd
from scipy.stats import norm

from analysis.data.published import Published
from analysis.estimate.asked import Asked
from analysis.estimate.pool import Pool
from analysis.plan.schema_claims import Certainty
from analysis.plan.schema_evidence import JUDGED
from analysis.result.record import Result

# Above this a spread between studies is told as inconsistency.
MUCH_I2 = 50.0
# A trial that is large enough alone: its error of the first kind (both sides), and its power.
ALPHA, POWER = 0.05, 0.8
DOMAINS = ("D1", "D2", "D3", "D4", "D5", "overall")
JUDGEMENTS = ("low", "some concerns", "high")
NOT_JUDGED = -1
# How the design of a trial on file begins where people were allocated at random.
RANDOMISED = "rct"
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


def not_randomised(pool: Pool, published: Published) -> list[str]:
    """Trials of a pool whose design on file says that people were not allocated at random."""
    arms = published.study_arms
    if not {"study_id", "design"} <= set(arms):
        return []
    designs = arms.dropna(subset=["design"]).groupby("study_id")["design"].first()
    others = set(designs.index[~designs.str.lower().str.startswith(RANDOMISED)])
    words = published.study_words
    return [words.get(key, key) for key in pool.by_trial["trial_key"] if key in others]


def certainty_rows(pool: Pool, published: Published, asked: Asked) -> list[Result]:
    """The certainty of a pool, with the reason for every step down.

    Inconsistency and imprecision follow from the pool. Trials that did not allocate at random, as
    their design on file says, cost a step for the risk of bias. The other domains, and this one
    where all did, are taken from the plan, where somebody judged them with a reason, else they are
    told as not judged.

    Returns:
        Rows `grade` (level `key:domain`; value the steps down, -1 not judged; method the reason)
        and `pool_certainty` (level `key: word`).

    Source: Guyatt et al. (2008) BMJ 336:924; imprecision, Guyatt et al. (2011) J Clin Epidemiol
    64:1283.
    """
    sizes = [
        each.value
        for each in asked.plan.measures[pool.synthesis.measure].thresholds
        if each.kind == "synthesis"
    ]
    found = {"inconsistency": _inconsistency(pool), "imprecision": _imprecision(pool, sizes)}
    for domain in JUDGED:
        told = getattr(pool.synthesis.grade, domain, None) if pool.synthesis.grade else None
        found[domain] = (NOT_JUDGED, "not judged") if told is None else (told.steps, told.why)
    if found["risk_of_bias"][0] == NOT_JUDGED and (names := not_randomised(pool, published)):
        why = f"people were not allocated at random in {', '.join(names)}; else not judged"
        found["risk_of_bias"] = (1, why)
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


def _imprecision(pool: Pool, sizes: list[float]) -> tuple[int, str]:
    """A step for an interval that leaves the answer open, and one for too few people."""
    line = pool.fit.coefficients.iloc[0]
    if not (math.isfinite(line["lower"]) and math.isfinite(line["upper"])):
        return 1, "no interval"
    ends = line["lower"], line["upper"]
    steps, why = 0, ["the interval of the pool lies on one side of no difference"]
    if ends[0] <= 0 <= ends[1]:
        steps, why = 1, ["the interval of the pool includes no difference"]
    elif any(ends[0] <= -size <= ends[1] or ends[0] <= size <= ends[1] for size in sizes):
        steps, why = 1, ["the interval holds the size that matters and smaller ones"]
    elif sizes:
        why.append("and of the size that matters")
    if pool.synthesis.effect == "smd" and sizes:
        people, needed = _people(pool), _needed(min(sizes))
        if people < needed:
            steps += 1
            why.append(f"about {people:.0f} people, fewer than the {needed:.0f} of one large trial")
        else:
            why.append(
                f"no step for the number of people: about {people:.0f}, and one large trial "
                f"needs {needed:.0f}"
            )
    return steps, "; ".join(why)


def _people(pool: Pool) -> float:
    """People in two groups alike that would give these standardised effects their precision."""
    rows = pool.effects.rows
    return float(((4 + rows["effect"] ** 2 / 2) / rows["se"] ** 2).sum())


def _needed(size: float) -> float:
    """People of a trial with two groups alike that finds a standardised difference of this size."""
    z = norm.ppf(1 - ALPHA / 2) + norm.ppf(POWER)
    return 4 * (z / size) ** 2
