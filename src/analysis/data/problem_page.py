"""The page that shows the problems of a study's data to the person who looks after the data."""

from __future__ import annotations

from html import escape

import pandas as pd

HEADINGS = {
    "file": "File",
    "line": "Line",
    "column": "Column",
    "rule": "What is wrong",
    "do": "What to do",
    "severity": "Kind",
    "value": "Cell",
    "participant": "Participant",
}
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem;
  border-bottom: 1px solid #767676; }
td { white-space: pre-line; }
thead th { border-bottom: 2px solid #1a1a1a; }
.warning { border-left: 0.4rem solid #8a1c1c; padding-left: 0.8rem; }
"""
PRIVATE_WARNING = (
    '<p class="warning">This page shows values of participants. Keep it beside the data and do not '
    "send it on.</p>"
)


def problem_page(problems: pd.DataFrame) -> str:
    """One HTML page with one table of all problems; it loads nothing from elsewhere.

    Args:
        problems: a row a problem, columns of `HEADINGS`; value and participant may be left out.

    Returns:
        The page as text.
    """
    stops = int((problems["severity"] == "error").sum())
    notes = len(problems) - stops
    caption = f"{stops} errors, which stop the analysis, and {notes} notes, which do not."
    warning = PRIVATE_WARNING if "value" in problems.columns else ""
    head = "".join(f'<th scope="col">{HEADINGS[name]}</th>' for name in problems.columns)
    body = "\n".join(_row(row) for row in problems.itertuples(index=False))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Problems of the data</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>Problems of the data</h1>\n{warning}\n<div class="wide" tabindex="0" role="region" '
        f'aria-label="Table of problems">\n<table>\n<caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
        "</main>\n</body>\n</html>\n"
    )


def _row(row: tuple) -> str:
    first, *rest = ["" if pd.isna(cell) else escape(str(cell)) for cell in row]
    cells = "".join(f"<td>{cell}</td>" for cell in rest)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'
