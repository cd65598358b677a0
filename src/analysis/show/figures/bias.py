"""Traffic lights: risk of bias by study and domain, a mark beside each colour."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.bias import DOMAINS, LIGHTS
from analysis.show.evidence import of_pool, own_rows, pooled_rows, study_label
from analysis.show.figures.style import SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.whose import words_for
from analysis.terms import Labels

_TEXT = 44


def bias(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Risk of bias of the main synthesis by RoB 2, as far as it is on file.

    Args:
        rows: result rows `pooled`, `effect` and `bias` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no judgement and no gap told.
    """
    rows = own_rows(rows, "bias")
    main = pooled_rows(rows)[0]
    key = str(main.level)
    effects = of_pool(rows, "effect", key)
    found = {str(row.level): row for row in of_pool(rows, "bias", key)}
    with look():
        figure = new_figure(1.3 + 0.3 * len(effects))
        axes = figure.add_subplot()
        for place, effect in enumerate(effects):
            for at, domain in enumerate(DOMAINS):
                _light(axes, found[f"{effect.level}:{domain}"], at, place)
        _dress(axes, [study_label(labels, row) for row in effects])
        title(figure, "Risk of bias by study and domain (RoB 2)")
        stamp(figure, words_for(labels, [main]), planned=is_planned(main))
        return figure


def _light(axes: Axes, row: object, at: int, place: int) -> None:
    colour, sign, _ = LIGHTS[int(row.value)]
    axes.plot([at], [place], marker="o", markersize=15, color=colour, gid=f"light-{row.id}")
    ink = "white" if int(row.value) in (0, 2) else "#262626"
    axes.text(at, place, sign, ha="center", va="center", fontsize=SMALL + 2, color=ink)


def _dress(axes: Axes, studies: list[str]) -> None:
    words = [textwrap.shorten(name, _TEXT, placeholder=" …") for name in studies]
    axes.set_yticks(range(len(words)), words)
    names = [textwrap.fill(word, 11) for word in DOMAINS.values()]
    axes.set_xticks(range(len(names)), names, fontsize=SMALL)
    axes.xaxis.tick_top()
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylim(len(words) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    told = "; ".join(f"{sign} {word}" for _, sign, word in LIGHTS.values())
    axes.set_xlabel(told)
