"""How many people improve without the treatment, in real trials: what any share is set against."""

from __future__ import annotations

import re

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.result.record import Result
from analysis.stats.binary import counted, wilson


def benchmark_rows(trial: Trial, asked: Asked) -> list[Result]:
    """A row an arm without the treatment, then the least and the largest of their shares.

    Args:
        trial: with published facts; without them there are no rows.
        asked: the question as asked.

    Returns:
        `benchmark_percent` with Wilson's interval (level: the arm's key; method: condition,
        follow-up and source), `benchmark_least` and `benchmark_most`.
    """
    table = trial.published.null_benchmark if trial.published is not None else None
    if table is None or table.empty:
        return []
    without = table[table["without_treatment"] == "yes"]
    rows = []
    for line in without.itertuples():
        count = round(line.any_decrease / 100 * line.n)
        ends = wilson(counted(count, line.n, asked.question.options.level))
        rows.append(
            asked.row(
                "benchmark_percent",
                float(line.any_decrease),
                level=str(line.row_id),
                lower=100 * float(ends.lower),
                upper=100 * float(ends.upper),
                n=int(line.n),
                method=f"{line.condition}, {line.arm}, {_time(line.followup)}; {line.citation}",
            )
        )
    shares = [row.value for row in rows]
    most = max(rows, key=lambda row: row.value)
    how = f"of {len(without)} arms of {without['trial_key'].nunique()} trials without the treatment"
    return [
        *rows,
        asked.row("benchmark_least", min(shares), method=how),
        asked.row(
            "benchmark_most",
            most.value,
            lower=most.lower,
            upper=most.upper,
            method=f"{how}: {most.method}",
        ),
    ]


def _time(followup: str) -> str:
    """The time of a follow-up written out: `3 mo` is 3 months; a visit's own name is called one."""
    words = re.sub(r"\bmo\b", "months", re.sub(r"\bwk\b", "weeks", followup))
    return re.sub(r"\bvisit (V\d+)", r"visit (called \1 in the data)", words)
