"""What the README names is there: files, links and commands."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT

PAGES = ["README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert not [link for link in links if not (ROOT / link).exists()]


def test_every_make_task_exists():
    tasks = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"report", "test", "lab"} <= set(tasks)
    assert all(re.search(rf"^{task}:", makefile, re.MULTILINE) for task in tasks)


def test_the_setup_stamp_is_written_last():
    lines = (ROOT / "setup.sh").read_text("utf-8").strip().splitlines()
    assert lines[-1].endswith('> "$stamp"')
