"""Hand-made result rows for the tests of the show room: small tables that read as the manual."""

from __future__ import annotations

import pandas as pd

from analysis.result.record import Result, result_id, to_frame
from analysis.terms import ClaimLabel, EvidenceLabel, Labels, MeasureLabel, ThresholdLabel

WORTHWHILE = ThresholdLabel(
    name="smallest worthwhile effect",
    kind="between groups",
    value=20,
    scale="percent of baseline",
    citation="discrete choice study, 2024",
)
WITHIN = ThresholdLabel(
    name="minimal important change",
    kind="within person",
    value=15,
    scale="points",
    citation="Ostelo et al. 2008",
)
PAIN = MeasureLabel(
    label="Pain intensity",
    instrument="visual analogue scale",
    unit="mm",
    minimum=0,
    maximum=100,
    lower_is_better=True,
    thresholds=(WORTHWHILE, WITHIN),
)
BALANCE = MeasureLabel(
    label="Balance",
    instrument="one-leg stance",
    unit="s",
    minimum=0,
    maximum=60,
    lower_is_better=False,
)
THREE_ARMS = {
    "usual_care": "Usual care",
    "bands": "Resistance bands",
    "free_weights": "Free weights",
}
CLAIMS = {
    "works": ClaimLabel(
        quotation="it works",
        means="less pain",
        would_change="a trial",
        parts={"less": "less pain", "more": "more strength"},
        evidence=(
            EvidenceLabel(
                why="training against none",
                role="main",
                part="less pain",
                design="randomised",
                test="less than 0 SD",
                unit="SD",
            ),
            EvidenceLabel(
                why="four days against three",
                role="beside",
                part="",
                design="randomised",
                test="the second does better",
                unit="",
            ),
        ),
    ),
    "safe": ClaimLabel(quotation="it is safe", means="no more harm", would_change="counting harms"),
}
WEEKS = (4, 8, 12, 16, 26, 52, 104)


def labels(
    arms: int = 3,
    *,
    simulated: bool = False,
    programme_weeks: int | None = 16,
    pseudo_participants: bool = False,
) -> Labels:
    """The words of a trial of so many arms; one arm is a barbell programme without comparator."""
    names = dict(list(THREE_ARMS.items())[:arms]) if arms > 1 else {"barbell": "Barbell programme"}
    return Labels(
        study="trial",
        title="A trial",
        simulated=simulated,
        design="randomised parallel groups" if arms > 1 else "one arm",
        arms=names,
        reference="usual_care" if arms > 1 else None,
        measures={"pain_vas": PAIN, "balance": BALANCE},
        weeks=WEEKS,
        programme_weeks=programme_weeks,
        pseudo_participants=pseudo_participants,
        claims=CLAIMS,
        assumptions={
            "missing": {"mar": "as others like them", "j2r": "10 mm lost at once"},
            "tipping": {"mar": "as others like them"},
        },
    )


def row(statistic: str, value: float, **rest) -> Result:
    """One row of the question `primary` about pain, unless told otherwise."""
    place = {"question": "primary", "measure": "pain_vas", "estimand": "primary"} | rest
    parts = [place.get(part) for part in ("measure", "week", "arm", "level")]
    name = result_id(place["question"], statistic, *parts)
    return Result(**({"id": name, "statistic": statistic, "value": value} | place))


def effect(arm: str, value: float, lower: float, upper: float, week: int = 16, **rest) -> Result:
    """A difference of an arm from usual care at a week."""
    place = {"se": 2.43, "df": 212.4, "p": 0.0004, "n": 160, "n_observed": 131}
    place |= {"comparator": "usual_care", "method": "MMRM: change ~ arm * visit"} | rest
    return row("difference", value, arm=arm, week=week, lower=lower, upper=upper, **place)


def threshold(value: float = 10.9) -> Result:
    """The worthwhile difference of pain, in points."""
    return row("threshold", value, level=WORTHWHILE.name, method=WORTHWHILE.citation)


def level(value: float = 95, week: int = 16) -> Result:
    """The level of the intervals."""
    return row("interval_level", value, week=week)


def frame(*rows: Result) -> pd.DataFrame:
    """Rows as the long table."""
    return to_frame(list(rows))


_WHOLE = ("week", "n", "n_observed")
_WORDS = ("statistic", "arm", "comparator", "measure", "level")


def parse(text: str, **same) -> list[Result]:
    """Rows from a text table: a heading line, then a line a row; `.` is an empty cell."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    found = []
    for line in lines:
        cells = {key: cell for key, cell in zip(head, line, strict=True) if cell != "."}
        typed = {key: _typed(key, cell) for key, cell in cells.items()}
        found.append(row(typed.pop("statistic"), typed.pop("value"), **(same | typed)))
    return found


def _typed(key: str, cell: str) -> str | int | float:
    if key in _WORDS:
        return cell.replace("_", " ") if key == "level" else cell
    return int(cell) if key in _WHOLE else float(cell)


_COURSE = {
    "usual_care": (-3, -5, -6, -7, -8, -8.5, -7.5),
    "bands": (-6.2, -11.4, -14, -15.9, -15.2, -14, -12.1),
    "free_weights": (-7.1, -13, -18.2, -21.4, -20.6, -18, -15.3),
}


def trial_rows() -> list[Result]:
    """All rows of a three-arm question with seven visits, made up to look like a trial."""
    rows: list[Result] = []
    for arm, means in _COURSE.items():
        rows.append(row("observed_mean", 54.3, arm=arm, week=0, n=80, n_observed=80))
        for i, (week, value) in enumerate(zip(WEEKS, means, strict=True)):
            place = {"arm": arm, "week": week, "n": 80, "n_observed": 78 - 4 * i}
            half = 3.4 + 0.3 * i
            rows.append(
                row(
                    "ls_mean",
                    value,
                    se=half / 2,
                    df=200,
                    lower=value - half,
                    upper=value + half,
                    method="MMRM: change ~ arm * visit",
                    weighting="proportional",
                    **place,
                )
            )
            rows.append(row("observed_mean", 54.3 + value, **place))
            rows.append(row("observed_sd", 15 + 0.4 * i, **place))
            rows.append(row("missing_percent", 2.5 + 5 * i + len(arm) / 4, **place))
            if arm != "usual_care":
                gap = value - _COURSE["usual_care"][i]
                rows.append(
                    effect(
                        arm, gap, gap - 1.5 * half, gap + 1.5 * half, week, n_observed=156 - 8 * i
                    )
                )
    rows.append(effect("bands", -8.6, -13.9, -3.3, level="ancova", method="ANCOVA: change ~ arm"))
    rows.append(
        effect("free_weights", -14.0, -19.4, -8.6, level="ancova", method="ANCOVA: change ~ arm")
    )
    rows += [
        level(),
        threshold(),
        row("threshold_base", 54.5, comparator="usual_care"),
        row("threshold", 15, level=WITHIN.name, method=WITHIN.citation),
    ]
    return [*rows, *diagnostic_rows(), *correlation_rows()]


def diagnostic_rows(skewness: float = 0.12, outliers: int = 0) -> list[Result]:
    """A model's diagnostics."""
    place = {"n_observed": 1432, "method": "MMRM: change ~ arm * visit"}
    return [
        row("diagnostic_residual_sd", 14.24, week=16, **place),
        row("diagnostic_residual_skewness", skewness, **place),
        row("diagnostic_largest_residual", 3.41, **place),
        row("diagnostic_outliers", outliers, **place),
    ]


def correlation_rows() -> list[Result]:
    """Correlations between visits, later visits further apart."""
    return [
        row("correlation", 0.85 - 0.07 * (k - j), week=WEEKS[j], level=f"week {WEEKS[k]}")
        for j in range(len(WEEKS))
        for k in range(j + 1, len(WEEKS))
    ]
