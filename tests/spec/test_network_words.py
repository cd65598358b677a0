"""A network in words: every pair, who compared it, and what hangs on one trial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import ClaimError
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_rows import frame, labels, row
from tests.spec.show_studies import network_rows


def said(rows) -> str:
    return plain(SENTENCES["network"](frame(*rows), labels())).replace("\N{NO-BREAK SPACE}", " ")


def test_every_pair_is_told_with_its_interval_and_its_trials():
    words = said(network_rows())
    assert words.startswith("Pain intensity, the first-named against the second; lower is better:")
    assert "Pilates against education: 8.0 mm lower (interval from 20.0 lower to 4.0" in words
    assert "4.0 higher); 1 trial compares them." in words
    assert "Resistance against education: 7.0 mm lower" in words
    assert "2 trials compare them." in words


def test_a_pair_that_no_trial_compared_is_called_so():
    rows = [
        replace(each, n=0) if each.statistic == "network_difference" else each
        for each in network_rows()
    ]
    assert "no trial compares them" in said(rows)


def test_a_kind_that_one_trial_studied_is_named():
    words = said(network_rows())
    one = "All that is said here of Pilates comes from one trial, in which 40 people had it"
    assert one in words
    assert "said here of education" not in words


def test_other_rows_are_no_network():
    with pytest.raises(ClaimError, match="network_difference"):
        said([row("other", 1)])
