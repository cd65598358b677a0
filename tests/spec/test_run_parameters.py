"""The parameters of a chapter are read without running it; a wrong request is refused at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from papermill import inspect_notebook

from analysis.errors import UsageError
from analysis.run.parameters import read_parameters, settings_of_chapters, split_settings, typed
from tests.spec.run_books import write_chapter

CELL = """\
# A comment, and a line in which `=` stands twice.
study = "demo"
run = "main"
week: int | None = None
measure: str | None = None
level: float = 0.95
note = "a=b"
seed = 3
strict = True
"""


def declared(tmp_path, cell=CELL):
    return read_parameters(write_chapter(tmp_path, "01_x", parameters=cell))


def test_names_defaults_and_kinds_are_read(tmp_path):
    found = declared(tmp_path)
    assert list(found) == [
        "study", "run", "week", "measure", "level", "note", "seed", "strict",
    ]  # fmt: skip
    assert found["note"].default == "a=b"
    assert (found["week"].kinds, found["week"].optional) == ((int,), True)
    assert (found["seed"].kinds, found["seed"].optional) == ((int,), False)


@pytest.mark.parametrize("written", ["int", "int or None", "int | None", "None | int"])
def test_whole_numbers_or_nothing_in_every_way_of_writing_them(tmp_path, written):
    (found,) = declared(tmp_path, f"week: {written} = None\n").values()
    assert (found.kinds, found.optional) == ((int,), True)


def test_papermill_itself_knows_the_parameters_of_the_chapters():
    chapter = Path(__file__).parents[2] / "notebooks" / "03_week_16.ipynb"
    kinds = {n: each["inferred_type_name"] for n, each in inspect_notebook(chapter).items()}
    assert kinds == {
        "study": "str", "run": "str or None", "week": "int or None", "measure": "str or None",
    }  # fmt: skip
    assert list(kinds) == list(read_parameters(chapter))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("week", "12", 12),
        ("week", "-3", -3),
        ("week", "None", None),
        ("measure", "disability_odi", "disability_odi"),
        ("measure", "None", None),
        ("level", "0.9", 0.9),
        ("level", "1", 1.0),
        ("note", "x=y=z", "x=y=z"),
        ("note", "12", "12"),
        ("strict", "False", False),
    ],
)
def test_a_value_takes_the_kind_of_its_parameter(tmp_path, name, text, value):
    found = typed(text, declared(tmp_path)[name])
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("week", "twelve", "takes int or None, not `twelve`"),
        ("week", "12.5", "takes int or None"),
        ("level", "high", "takes float"),
        ("level", "None", "takes float"),
        ("strict", "yes", "takes bool"),
        ("seed", "3.0", "takes int"),
        ("seed", "x" * 99, f"not `{'x' * 40}[.]{{3}}`"),
    ],
)
def test_a_value_of_another_kind_is_refused(tmp_path, name, text, message):
    with pytest.raises(UsageError, match=message):
        typed(text, declared(tmp_path)[name])


def test_without_a_kind_a_value_is_what_it_looks_like(tmp_path):
    found = declared(tmp_path, "week = None\n")["week"]
    assert [typed(t, found) for t in ("12", "0.5", "True", "pain_vas", "None")] == [
        12, 0.5, True, "pain_vas", None,
    ]  # fmt: skip


def test_an_unknown_name_suggests_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="did you mean `measure`"):
        settings_of_chapters({"mesure": "pain_vas"}, {"01_x": declared(tmp_path)})


def test_a_setting_goes_to_the_chapters_that_declare_it(tmp_path):
    other = declared(tmp_path, 'study = "demo"\n')
    given = settings_of_chapters({"week": "8"}, {"01_x": declared(tmp_path), "02_y": other})
    assert given == {"01_x": {"week": 8}, "02_y": {}}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["week"], "not a setting"),
        (["week=1", "week=2"], "set twice"),
        (["study=demo"], "not set by --set"),
        (["run=x"], "not set by --set"),
        (["password=x"], "looks like a secret"),
        (["api_token=x"], "looks like a secret"),
        (["key=x"], "looks like a secret"),
        (["pwd=x"], "looks like a secret"),
        (["db_pass=x"], "looks like a secret"),
        (["passphrase=x"], "looks like a secret"),
        (["basic_auth=x"], "looks like a secret"),
        (["pin=x"], "looks like a secret"),
        (["a b=x"], "not a setting"),
        (["=x"], "not a setting"),
    ],
)
def test_words_that_are_no_settings_are_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        split_settings(settings)


def test_a_refused_value_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        split_settings(["password=hunter2"])
    assert "hunter2" not in str(caught.value)


def test_words_that_only_contain_key_are_no_secrets():
    words = {"monkey": "1", "keyboard": "2", "passes": "3", "author": "4", "spine": "5"}
    assert split_settings([f"{name}={text}" for name, text in words.items()]) == words


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_a_number_that_is_none_is_refused(tmp_path, text):
    # Such a run could never be told to be finished: no value equals a missing one.
    own = declared(tmp_path, "alpha: float = 0.05")
    with pytest.raises(UsageError, match="takes float"):
        typed(text, own["alpha"])


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path):
    own = declared(tmp_path, "source = 'here'")
    with pytest.raises(UsageError, match="looks like a secret") as caught:
        typed("https://me:hunter2@example.org/data", own["source"])
    assert "hunter2" not in caught.value.text()
    assert typed("https://example.org/a:b@c", own["source"]) == "https://example.org/a:b@c"


def test_nothing_is_no_word(tmp_path):
    own = declared(tmp_path, "name: str = 'x'\nother: str | None = 'y'")
    with pytest.raises(UsageError, match="takes str, not `None`"):
        typed("None", own["name"])
    assert typed("None", own["other"]) is None


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("week = 1 +", "not Python"),
        ("week = some_function()", "plain value"),
        ("week, day = 1, 2", "plain value"),
        ("for x in []: pass", "not `name = value`"),
        ("import os", "not `name = value`"),
        ("week = [1, 2]", "plain value"),
        ("token = 'x'", "looks like a secret"),
    ],
)
def test_a_cell_that_is_no_list_of_plain_values_is_refused(tmp_path, cell, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        declared(tmp_path, cell)


def test_a_chapter_without_a_tagged_cell_is_refused(tmp_path):
    path = write_chapter(tmp_path, "01_x", tag="other")
    with pytest.raises(UsageError, match="0 cells are tagged"):
        read_parameters(path)


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "01_x.ipynb"
    path.write_text("[]")
    with pytest.raises(UsageError, match="not a notebook"):
        read_parameters(path)
