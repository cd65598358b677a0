"""Derived data on disk: equal to what was derived, reused only while nothing changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data import published, store
from analysis.data.store import FACTS, TABLES, load_trial
from analysis.errors import DataError, UsageError
from analysis.plan.schema_trial import Visit


@pytest.fixture
def readings(monkeypatch) -> list[str]:
    """The studies that were read from raw files, in turn."""
    read, seen = store.read_study, []

    def counted(plan, root):
        seen.append(plan.study.name)
        return read(plan, root)

    monkeypatch.setattr(store, "read_study", counted)
    return seen


def _same(one, other) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in ("hashes", *FACTS):
        assert getattr(one, name) == getattr(other, name)
    assert one.plan == other.plan


def test_a_stored_trial_equals_the_derived_one(tiny_plan, tiny_study, readings):
    first = load_trial(tiny_plan, tiny_study)
    second = load_trial(tiny_plan, tiny_study)
    assert readings == ["tiny"]
    _same(first, second)
    assert list(second.people["arm"].cat.categories) == ["usual_care", "bands"]
    assert second.people["arm"].cat.ordered
    assert second.people["sex"].cat.categories.tolist() == ["female", "male"]
    assert second.events_recorded


def test_the_words_of_the_dictionary_go_along(tiny_plan, tiny_study, sign_study, readings):
    raw = tiny_study / "data" / "raw" / "tiny"
    first, second = (load_trial(tiny_plan, tiny_study).variable_words for _ in range(2))
    assert first == second
    assert first == {"randomised": "Date of randomisation", "age": "Age (years)", "sex": "Sex"}
    told = (raw / "dictionary.csv").read_text("utf-8")
    told = told.replace("age,Age,integer,years", "age,,integer,years").replace(
        "sex,Sex", "sex,Gender"
    )
    (raw / "dictionary.csv").write_text(told, encoding="utf-8", newline="\n")
    sign_study(raw)
    trial = load_trial(tiny_plan, tiny_study)
    assert trial.variable_words == {"randomised": "Date of randomisation", "sex": "Gender"}
    assert trial.variables["column"].tolist() == ["participant", "arm", "randomised", "age", "sex"]


def test_a_study_without_log_and_events_keeps_its_types(
    tiny_plan, tiny_study, sign_study, readings
):
    raw = tiny_study / "data" / "raw" / "tiny"
    (raw / "sessions.csv").unlink()
    (raw / "events.csv").unlink()
    dictionary = (raw / "dictionary.csv").read_text("utf-8").splitlines()
    kept = [line for line in dictionary if not line.startswith(("sessions", "events"))]
    (raw / "dictionary.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    sign_study(raw)
    _same(load_trial(tiny_plan, tiny_study), load_trial(tiny_plan, tiny_study))
    assert readings == ["tiny"]


def test_the_same_trial_is_the_same_bytes(tiny_plan, tiny_study):
    folder = tiny_study / "data" / "processed" / "tiny"
    load_trial(tiny_plan, tiny_study)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(folder)
    load_trial(tiny_plan, tiny_study)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert sorted(first) == sorted([*(f"{name}.parquet" for name in TABLES), "manifest.json"])


def test_changed_raw_data_are_read_again(tiny_plan, tiny_study, sign_study, readings):
    load_trial(tiny_plan, tiny_study)
    raw = tiny_study / "data" / "raw" / "tiny"
    text = (
        (raw / "visits.csv").read_text("utf-8").replace("P01,112,pain_vas,54", "P01,112,pain_vas,9")
    )
    (raw / "visits.csv").write_text(text, encoding="utf-8", newline="\n")
    sign_study(raw)
    trial = load_trial(tiny_plan, tiny_study)
    assert readings == ["tiny", "tiny"]
    row = trial.visits[(trial.visits["participant"] == "P01") & (trial.visits["week"] == 16)]
    assert row["value"].item() == 9


def test_a_changed_plan_derives_again(tiny_plan, tiny_study, readings):
    before = load_trial(tiny_plan, tiny_study)
    first, second, _ = tiny_plan.schedule
    narrow = replace(tiny_plan, schedule=(first, second, Visit(week=16, window=(-1, 1))))
    after = load_trial(narrow, tiny_study)
    assert readings == ["tiny", "tiny"]
    assert (after.visits["status"] == "observed").sum() < (
        before.visits["status"] == "observed"
    ).sum()


def test_other_code_derives_again(tiny_plan, tiny_study, readings, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(Path(store.__file__).parent, copy)
    assert store._code(copy) == store._CODE
    load_trial(tiny_plan, tiny_study)
    with (copy / "windows.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    # This process goes on with the code that it loaded, a later one loads the new code.
    monkeypatch.setattr(store, "__file__", str(copy / "store.py"))
    load_trial(tiny_plan, tiny_study)
    assert len(readings) == 1
    monkeypatch.setattr(store, "_CODE", store._code(copy))
    load_trial(tiny_plan, tiny_study)
    assert len(readings) == 2


def test_published_facts_are_read_once_and_come_back_the_same(tmp_path, monkeypatch):
    shutil.copytree(
        Path(__file__).parents[2] / "data" / "raw" / "published",
        tmp_path / "data" / "raw" / "published",
    )
    read, times = store.read_published, []
    monkeypatch.setattr(store, "read_published", lambda root: times.append(root) or read(root))
    first, second = (store._load_published(tmp_path) for _ in range(2))
    assert len(times) == 1
    for name in filter(lambda name: len(getattr(first, name)), published.TABLES):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert (first.hashes, first.study_words) == (second.hashes, second.study_words)
    sums = tmp_path / "data" / "raw" / "published" / "SHA256SUMS"
    sums.write_text(sums.read_text("utf-8").replace("a", "b", 1), encoding="utf-8")
    with pytest.raises(DataError):
        store._load_published(tmp_path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("name", ["manifest.json", "visits.parquet"])
@pytest.mark.parametrize("harm", [Path.unlink, _cut, lambda path: path.write_bytes(b"")])
def test_a_folder_that_is_not_whole_is_derived_again(tiny_plan, tiny_study, readings, name, harm):
    first = load_trial(tiny_plan, tiny_study)
    harm(tiny_study / "data" / "processed" / "tiny" / name)
    _same(load_trial(tiny_plan, tiny_study), first)
    assert len(readings) == 2
    _same(load_trial(tiny_plan, tiny_study), first)
    assert len(readings) == 2


def test_files_of_another_derivation_are_not_mixed_in(tiny_plan, tiny_study, tmp_path, readings):
    first = load_trial(tiny_plan, tiny_study)
    folder = tiny_study / "data" / "processed" / "tiny"
    shutil.copy(folder / "people.parquet", folder / "events.parquet")
    _same(load_trial(tiny_plan, tiny_study), first)


def test_raw_data_that_change_while_read_are_refused(
    tiny_plan, tiny_study, sign_study, monkeypatch
):
    read = store.read_study
    raw = tiny_study / "data" / "raw" / "tiny"

    def late(plan, root):
        (raw / "source.md").write_text("another", encoding="utf-8")
        sign_study(raw)
        return read(plan, root)

    monkeypatch.setattr(store, "read_study", late)
    with pytest.raises(DataError, match="changed while they were read"):
        load_trial(tiny_plan, tiny_study)
    assert not (tiny_study / "data" / "processed").exists()


def test_broken_raw_data_write_nothing(tiny_plan, tiny_study):
    (tiny_study / "data" / "raw" / "tiny" / "visits.csv").unlink()
    with pytest.raises(DataError):
        load_trial(tiny_plan, tiny_study)
    assert not (tiny_study / "data" / "processed").exists()


def test_a_study_cannot_leave_its_folder(tiny_plan, tiny_study):
    away = replace(tiny_plan, study=replace(tiny_plan.study, name="../tiny"))
    with pytest.raises(UsageError):
        load_trial(away, tiny_study)
