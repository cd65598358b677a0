"""A trial from a small text table, as the specifications write it: one row a person.

Columns: ``person``, ``arm``, ``w0`` (baseline) and ``w8``, ``w16``, ... (a dot where nothing was
measured), and any covariates.
"""

from __future__ import annotations

import io

import pandas as pd

from analysis.data.trial import Trial
from analysis.plan.schema import Plan
from analysis.plan.schema_multiplicity import Family
from analysis.plan.schema_questions import (
    Estimand,
    EventStrategy,
    Options,
    Question,
    Treatments,
    Variable,
)
from analysis.plan.schema_trial import Arm, Measure, Population, Study, Threshold, Visit

MEASURES = {
    "pain_vas": Measure(
        label="Pain intensity",
        instrument="visual analogue scale",
        range=(0, 100),
        direction="lower is better",
        unit="mm",
        thresholds=(
            Threshold(
                name="smallest worthwhile effect",
                kind="between groups",
                value=20,
                scale="percent of baseline",
                citation="a discrete choice study",
            ),
            Threshold(name="important", kind="within person", value=15, citation="a consensus"),
        ),
    ),
    "balance": Measure(
        label="Balance",
        instrument="one-leg stance",
        range=(0, 60),
        direction="higher is better",
        unit="s",
    ),
}


def small_plan(
    arms: list[str],
    weeks: list[int],
    *,
    covariates: tuple[str, ...] = ("baseline",),
    methods: tuple[str, ...] = ("mmrm", "ancova"),
    strategies: dict[str, str] | None = None,
    variables: tuple[str, ...] = (),
    week: int = 16,
    multiplicity: tuple[Family, ...] = (),
) -> Plan:
    """The plan of a small trial: the first arm is the comparator where there are several.

    `strategies` by event, such as `composite: worst score`.
    """
    compared = arms[0] if len(arms) > 1 else None
    estimand = Estimand(
        label="Effect on pain",
        population="everyone",
        treatments=Treatments(arms=tuple(a for a in arms if a != compared), comparator=compared),
        variable=Variable(measure="pain_vas", week=week),
        intercurrent_events=tuple(
            EventStrategy(event=event, strategy=words[0], counts_as=words[2] or None)
            for event, words in [(e, s.partition(": ")) for e, s in (strategies or {}).items()]
        ),
        summary="difference in means" if compared else "mean change",
    )
    return Plan(
        study=Study(
            name="small",
            title="A small invented trial",
            simulated=True,
            design="randomised parallel groups" if compared else "one arm",
            condition="low back pain",
            source="invented for a specification",
            registration="none",
            funding="none",
        ),
        seed=1,
        arms={arm: Arm(label=arm.title(), reference=arm == compared) for arm in arms},
        schedule=tuple(Visit(week=w, window=(-10, 10)) for w in [0, *weeks]),
        measures=MEASURES,
        populations={"everyone": Population(label="everyone", rule="all randomised")},
        estimands={"primary": estimand},
        questions={
            "flow": Question(label="Who was there?", estimate="flow"),
            "baseline": Question(label="Who were they?", estimate="baseline", variables=variables),
            "primary": Question(
                label="How much less pain?",
                estimate="change",
                estimand="primary",
                methods=methods,
                options=Options(covariates=covariates),
                multiplicity=multiplicity,
            ),
        },
    )


def small_trial(table: str, *, events: str = "", measure: str = "pain_vas", **plan) -> Trial:
    """The trial that a text table tells; `events` has columns person, event, day."""
    people = pd.read_csv(io.StringIO(table), sep=r"\s+", na_values=".")
    visits_seen = [c for c in people if c[0] == "w" and c[1:].isdigit()]
    weeks = [int(c[1:]) for c in visits_seen if c != "w0"]
    arms = list(dict.fromkeys(people["arm"]))
    return Trial(
        plan=small_plan(arms, weeks, **plan),
        people=_people(people.drop(columns=visits_seen), people["w0"], arms, measure),
        visits=_visits(people, weeks, measure),
        sessions=pd.DataFrame(),
        events=pd.DataFrame(),
        intercurrent=_events(events),
        flow=pd.DataFrame(columns=["step", "arm", "week", "measure", "population", "reason", "n"]),
    )


def _people(people: pd.DataFrame, start: pd.Series, arms: list[str], measure: str):
    made = people.rename(columns={"person": "participant"})
    made["arm"] = pd.Categorical(made["arm"], arms, ordered=True)
    for name in made.columns[2:]:
        if not pd.api.types.is_numeric_dtype(made[name]):
            made[name] = made[name].astype("category")
    return made.assign(**{f"baseline_{measure}": start, "in_everyone": True})


def _visits(people: pd.DataFrame, weeks: list[int], measure: str) -> pd.DataFrame:
    wide = people.rename(columns={"person": "participant", "w0": "baseline"})
    rows = wide.melt(["participant", "arm", "baseline"], [f"w{w}" for w in weeks], "visit", "value")
    rows["week"] = rows["visit"].str[1:].astype(int)
    rows["visit"] = "week " + rows["week"].astype(str)
    change = rows["value"] - rows["baseline"]
    return rows.assign(
        measure=measure,
        day=(rows["week"] * 7.0).where(rows["value"].notna()),
        change=change,
        percent_change=100 * change / rows["baseline"],
        status=rows["value"].notna().map({True: "observed", False: "missing"}),
        event=None,
        event_day=float("nan"),
        reason=None,
    )


def _events(text: str) -> pd.DataFrame:
    columns = ["participant", "event", "day", "reason"]
    if not text:
        return pd.DataFrame(columns=columns).astype({"day": float})
    table = pd.read_csv(io.StringIO(text.strip()), sep=r"\s*\|\s*", engine="python")
    return table.rename(columns={"person": "participant"}).assign(reason="")[columns]
