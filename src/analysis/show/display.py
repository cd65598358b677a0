"""Puts what was made on the page of a notebook: tables, figures with their words, sentences."""

from __future__ import annotations

from base64 import b64encode

from great_tables import GT
from IPython import get_ipython
from IPython.display import HTML, Markdown, display
from matplotlib.figure import Figure

from analysis.show.figures import png
from analysis.show.link import UNASKED, in_notebook


def display_table(table: GT) -> None:
    """Display a table as HTML alone: its own text form would be saved in the notebook beside it."""
    display(HTML(in_notebook(table.as_raw_html())))


def display_figure(figure: Figure, words: str, data: GT) -> None:
    """Display a figure, with its words for those who cannot see it and its data folded below."""
    display(
        {"image/png": b64encode(png(figure)).decode("ascii"), "text/plain": words},
        metadata={"image/png": {"alt": words, "width": round(figure.get_figwidth() * 100)}},
        raw=True,
    )
    table = in_notebook(data.as_raw_html())
    display(HTML(f"<details><summary>The figure as a table</summary>{table}</details>"))


def display_words(words: str) -> None:
    """Display a sentence."""
    display(Markdown(in_notebook(words)))


def current_cell() -> int | None:
    """The number of the cell that is running; None outside a notebook."""
    shell = get_ipython()
    return None if shell is None else shell.execution_count


def display_note(words: str) -> None:
    """Display a remark beside the text."""
    display(Markdown(f"> {words}"))


def display_unasked(words: str) -> None:
    """Display to the author what the plan does not ask; a report leaves it out with its section."""
    display(Markdown(f"> {words}"), metadata={UNASKED: True})
