"""A tiny good study that tests share: ten invented people, two arms, weeks 0, 8 and 16.

Every person, value and date here is invented. Tests that need a broken or changed study take
`tiny_study`, edit its files and call `sign_study`, which writes the checksums again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.plan.schema import Plan
from analysis.plan.schema_questions import (
    Estimand,
    EventStrategy,
    Options,
    Question,
    Treatments,
    Variable,
)
from analysis.plan.schema_trial import Arm, Measure, Population, Programme, Study, Threshold, Visit

PARTICIPANTS = """\
participant,arm,randomised,age,sex
P01,usual_care,2023-01-09,34,female
P02,usual_care,2023-01-11,58,male
P03,usual_care,2023-01-16,47,female
P04,usual_care,2023-01-23,29,male
P05,usual_care,2023-02-01,63,female
P06,bands,2023-01-09,51,female
P07,bands,2023-01-12,38,male
P08,bands,2023-01-17,44,female
P09,bands,2023-01-25,67,male
P10,bands,2023-02-02,31,female
"""

# participant: day and pain (0 to 100 mm) of each visit that took place.
PAIN = {
    "P01": [(-7, 61), (56, 58.5), (112, 54)],
    "P02": [(-3, 48), (55, 50), (113, 47.5)],
    "P03": [(0, 72), (58, 66), (110, 63)],
    "P04": [(-1, 39), (57, 41), (120, 36)],
    "P05": [(-10, 55), (56, 49), (112, 52)],
    "P06": [(-4, 64), (56, 51), (112, 37)],
    "P07": [(0, 46), (54, 37), (111, 29)],
    "P08": [(-2, 58), (60, 44), (112, 42)],
    "P09": [(-5, 70), (56, 62)],
    "P10": [(-6, 52), (115, 24)],
}

EVENTS = """\
participant,day,event,reason,related,serious,grade
P02,30,flare-up,,no,no,1
P04,40,other treatment,started an opioid,unknown,no,
P08,21,adverse event,sore shoulder,yes,no,1
P09,60,stopped programme,too little time,no,no,
P09,70,withdrew,moved away,no,no,
"""

DICTIONARY = """\
table,column,label,type,unit,minimum,maximum,levels,required,description
participants,randomised,Date of randomisation,date,,,,,yes,day 0 of every other table
participants,age,Age,integer,years,18,75,,yes,at randomisation
participants,sex,Sex,category,,,,female|male,yes,as stated by the participant
sessions,sets,Sets,integer,,0,10,,no,of the main exercise
sessions,repetitions,Repetitions,integer,,0,60,,no,in one set
sessions,band,Band,category,,,,red|green|blue,no,in order of rising resistance
events,grade,Grade,integer,,1,5,,no,severity of an adverse event
"""

SESSION_COLUMNS = (
    "participant,day,attended,muscle_groups,sets,repetitions,load,load_unit,band,exertion,"
    "soreness,pain_before,pain_after"
)


def _sessions() -> str:
    """Eight planned sessions for each of the five in the bands arm; every fifth is missed."""
    rows = [SESSION_COLUMNS]
    for person, name in enumerate(("P06", "P07", "P08", "P09", "P10")):
        for number, day in enumerate(range(7, 113, 14)):
            if name == "P09" and day > 60:
                continue
            if (person + number) % 5 == 4:
                rows.append(f"{name},{day},no,,,,,,,,,,")
                continue
            band = ("red", "green", "blue")[number // 3]
            did = f"abdominals|glutes,3,{8 + number % 5},,,{band},{4 + number % 4}"
            rows.append(f"{name},{day},yes,{did},{number % 3},{50 - 2 * number},{52 - 2 * number}")
    return "\n".join(rows) + "\n"


def _visits() -> str:
    rows = [f"{name},{day},pain_vas,{value}" for name, seen in PAIN.items() for day, value in seen]
    return "\n".join(["participant,day,measure,value", *rows]) + "\n"


def sign(folder: Path) -> None:
    """Write SHA256SUMS of all files of a raw folder, in the format of `sha256sum`."""
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


@pytest.fixture
def sign_study() -> Callable[[Path], None]:
    """The function that signs a raw folder after a test has changed its files."""
    return sign


@pytest.fixture
def tiny_study(tmp_path: Path) -> Path:
    """The root of a project that holds the good study `tiny` in data/raw/tiny."""
    (tmp_path / "plans").mkdir()
    folder = tmp_path / "data" / "raw" / "tiny"
    folder.mkdir(parents=True)
    tables = {
        "participants.csv": PARTICIPANTS,
        "visits.csv": _visits(),
        "sessions.csv": _sessions(),
        "events.csv": EVENTS,
        "dictionary.csv": DICTIONARY,
        "source.md": "Invented for the tests.\n",
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    sign(folder)
    return tmp_path


def _arms() -> dict[str, Arm]:
    programme = Programme(
        weeks=16,
        sessions_per_week=0.5,
        minutes=45,
        modality="resistance bands",
        muscle_groups=("abdominals", "glutes"),
        progression="next band when 12 repetitions are comfortable",
        stopping_rule="stop on new pain",
        supervision="supervised",
        setting="clinic",
    )
    return {
        "usual_care": Arm(label="Usual care", reference=True, comparator="advice to stay active"),
        "bands": Arm(label="Resistance bands", programme=programme),
    }


def _pain() -> Measure:
    return Measure(
        label="Pain intensity",
        instrument="visual analogue scale",
        range=(0, 100),
        direction="lower is better",
        unit="mm",
        thresholds=(
            Threshold(
                name="minimal important change",
                kind="within person",
                value=15,
                citation="Ostelo et al. 2008, Spine 33:90",
            ),
        ),
    )


def _estimand() -> Estimand:
    return Estimand(
        label="Effect of being offered the programme",
        population="all_randomised",
        treatments=Treatments(arms=("bands",), comparator="usual_care"),
        variable=Variable(measure="pain_vas", week=16),
        intercurrent_events=(
            EventStrategy(event="stopped programme", strategy="treatment policy"),
            EventStrategy(event="other treatment", strategy="treatment policy"),
            EventStrategy(event="withdrew", strategy="hypothetical"),
        ),
        summary="difference in means",
    )


@pytest.fixture
def tiny_plan() -> Plan:
    """The plan of the study `tiny`: usual care (reference) and bands; one measure, pain_vas."""
    return Plan(
        study=Study(
            name="tiny",
            title="A tiny invented study",
            simulated=True,
            design="randomised parallel groups",
            condition="persistent low back pain",
            source="invented for the tests",
            registration="none",
            funding="none",
        ),
        seed=1,
        arms=_arms(),
        schedule=(
            Visit(week=0, window=(-14, 0)),
            Visit(week=8, window=(-10, 10)),
            Visit(week=16, window=(-10, 14)),
        ),
        measures={"pain_vas": _pain()},
        populations={
            "all_randomised": Population(label="everyone randomised", rule="all randomised"),
            "any_follow_up": Population(label="seen after baseline", rule="any follow-up"),
        },
        estimands={"primary": _estimand()},
        questions={
            "flow": Question(label="Who was in the trial", estimate="flow"),
            "baseline": Question(
                label="Who they were", estimate="baseline", variables=("age", "sex", "pain_vas")
            ),
            "primary": Question(
                label="How much less pain after the programme?",
                estimate="change",
                estimand="primary",
                methods=("mmrm", "ancova"),
                options=Options(covariates=("baseline", "age")),
            ),
        },
    )
