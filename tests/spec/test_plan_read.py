"""Reading a plan: values as written, every problem at once, each at its line."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PlanError
from analysis.plan import source
from analysis.plan.read import defaults_used, read_plan, read_plan_text
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Options
from analysis.plan.schema_trial import Visit

PLANS = Path(__file__).parents[2] / "plans"
DEMO = PLANS / "demo.yaml"
GOOD = DEMO.read_text("utf-8")


def read(text: str) -> Plan:
    return read_plan_text(text, DEMO).plan


def broken(*changes: tuple[str, str]) -> str:
    """What is said of the demo with pieces of its text replaced."""
    text = GOOD
    for find, replace in changes:
        assert find in text
        text = text.replace(find, replace, 1)
    with pytest.raises(PlanError) as raised:
        read(text)
    return str(raised.value)


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_plan_that_ships_is_good(path: Path) -> None:
    assert read_plan(path).study.name == path.stem


def test_values_are_read_as_the_types_of_the_schema() -> None:
    plan = read_plan(DEMO)
    assert plan.seed == 2402
    assert plan.schedule[0] == Visit(week=0, window=(-14, 0))
    assert plan.measures["pain_vas"].range == (0.0, 100.0)
    assert isinstance(plan.measures["pain_vas"].range[0], float)
    assert plan.arms["bands"].programme.muscle_groups[0] == "abdominals"
    assert plan.questions["flow"].options == Options()
    assert list(plan.arms) == ["usual_care", "bands", "free_weights"]
    assert plan.reference == "usual_care"
    assert plan.weeks == (4, 8, 12, 16, 26, 52, 104)


def test_a_plan_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        read_plan(DEMO).seed = 1


def test_one_arm_without_a_comparator_is_a_plan() -> None:
    plan = read_plan(PLANS / "tjosvoll_2020.yaml")
    assert plan.reference is None
    estimand = plan.estimands[plan.questions["primary"].estimand]
    assert estimand.treatments.comparator is None
    assert estimand.summary == "mean change"
    assert plan.questions["primary"].options.covariates == ()


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = broken(
        ("  title: Bands", "  titel: Bands"),
        ("seed: 2402", 'seed: "2402"'),
        ("{week: 4, window: [-10, 10]}", "{week: 4, window: [-10, 18]}"),
        ("range: [0, 60]", "range: [60, 0]"),
        ("    methods: [mmrm, ancova]", "    methods: [mmrm, anova]"),
    )
    assert "has 5 problems" in text
    places = [text.index(f"  {n}. ") for n in range(1, 6)]
    assert places == sorted(places)
    for said in ("`title`", "in quotes", "week 4 and week 8 overlap", "rise", "`ancova`"):
        assert said in text


def test_a_part_that_cannot_be_read_hides_no_problem_of_another() -> None:
    text = broken(("    label: Usual care", "    label: 3"), ("range: [0, 60]", "range: [60, 0]"))
    assert "has 2 problems" in text


def test_an_unknown_key_that_is_like_no_other_lists_the_known_ones() -> None:
    text = broken(("seed: 2402", "seed: 2402\nzzzzzzz: 1"))
    assert "There is no key `zzzzzzz` here." in text
    assert "`populations`" in text


def test_a_byte_order_mark_and_windows_lines_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode("utf-8"))
    assert read_plan(path) == read_plan(DEMO)


def test_the_slow_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(GOOD)
    monkeypatch.setattr(source, "Loader", yaml.SafeLoader)
    assert read(GOOD) == fast
    line = next(n for n, text in enumerate(GOOD.splitlines(), 1) if text.startswith("seed:"))
    assert f"demo.yaml:{line} (seed)" in broken(("seed: 2402", "seed: yes"))
    assert "A tab stands" in broken(("  name: demo", "\tname: demo"))
    assert "control character" in broken(("  name: demo", "  name: d\x07emo"))


def test_defaults_that_were_used_are_known() -> None:
    used = defaults_used(DEMO)
    assert "questions.primary.options.level" in used
    assert "measures.disability_odi.thresholds[item 1].scale" in used
    assert "lock" in used
    assert "seed" not in used
    assert "questions.primary.options.df" not in used  # written out, though it is the default
    assert "questions.flow.options" in used


def test_reading_is_quick() -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        read_plan(DEMO)
        times.append(time.process_time() - start)
    assert min(times) < 0.25


LINES = GOOD.splitlines(keepends=True)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.one_of(
        st.just(""),
        st.text(max_size=12),
        st.sampled_from(["- ", "{", "]", ": x", "&a b", "*a", "!!x", "? ", "|", "%", "\t", "'"]),
    ),
    st.booleans(),
)
def test_whatever_is_typed_into_a_line_is_read_or_explained(n: int, typed: str, end: bool) -> None:
    line = LINES[n].rstrip("\n")
    changed = f"{line}{typed}\n" if end else f"{typed}\n"
    text = "".join([*LINES[:n], changed, *LINES[n + 1 :]])
    try:
        said = "" if isinstance(read(text), Plan) else "nothing was read"
    except PlanError as error:
        said = str(error)
    assert not said or ("Where: " in said and "What to do: " in said)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_a_file_holds_are_explained(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("plans") / "demo.yaml"
    path.write_bytes(content)
    with pytest.raises(PlanError):
        read_plan(path)
