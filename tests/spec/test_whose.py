"""Whose numbers are shown: nobody simulated passes for real, and nobody real for simulated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.show.whose import PUBLISHED, is_published, with_stamp, words_for
from tests.spec.show_absent import absent_rows
from tests.spec.show_book import book_rows, responder_rows
from tests.spec.show_course import course_rows
from tests.spec.show_harms import harm_rows
from tests.spec.show_later import majority_rows, relapse_rows
from tests.spec.show_rows import effect, labels, row
from tests.spec.show_studies import among_rows
from tests.spec.show_subgroups import subgroup_rows
from tests.spec.show_training import training_rows

OF_PEOPLE = (book_rows, harm_rows, training_rows, subgroup_rows, course_rows, relapse_rows)
OF_PEOPLE += (absent_rows,)
MADE = replace(labels(), simulated=True)


@pytest.mark.parametrize("make", OF_PEOPLE)
def test_no_row_of_a_study_s_own_people_passes_for_a_published_one(make):
    assert not PUBLISHED & {row.statistic for row in make()}


def test_nor_does_a_row_of_responders():
    assert not PUBLISHED & set(responder_rows()["statistic"])


def test_one_row_of_the_study_s_own_people_keeps_the_stamp():
    published, own = row("effect", -9.0), effect("bands", -9, -15, -3)
    assert words_for(MADE, [published]).stamp == ""
    assert words_for(MADE, [published, own]).stamp == "Simulated data"
    assert words_for(MADE, []).stamp == "Simulated data"


def test_this_trial_among_published_ones_is_told_apart():
    told = {each.statistic for each in among_rows() if not is_published(each)}
    assert {"own", "expected"} <= told
    assert with_stamp(MADE, "This trial") == "This trial (simulated data)"
    assert with_stamp(labels(), "This trial") == "This trial"


def test_only_the_benchmark_of_the_majority_is_of_real_people():
    told = {each.statistic for each in majority_rows() if is_published(each)}
    assert told == {"benchmark_percent", "benchmark_least", "benchmark_most"}
