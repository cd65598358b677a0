"""What differs between identical runs of a notebook and says nothing: chance names, clocks, pieces.

Libraries name what they draw by chance (great-tables, pandas' Styler, matplotlib's SVG), print
when they ran (statsmodels), and a kernel sends what is printed in pieces as the clock allows.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

import nbformat

_ITABLES = r"itables_[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}"
# Names made by chance: the sign that one is what it seems, and the form of all of its kind.
_NAMES = tuple(
    (re.compile(sign), re.compile(form))
    for sign, form in (
        (r'<div id="([a-z]{10})" style="padding-left', r"(?<![a-z])[a-z]{10}(?![a-z])"),
        (r"\b(T_[0-9a-f]{5})(?=[_\s\"{.#])", r"T_[0-9a-f]{5}"),
        (r'\bid="([mpiC][0-9a-f]{10})"', r"\b[mpiC][0-9a-f]{10}"),
        (rf"\b({_ITABLES})\b", _ITABLES),
    )
)
# A summary of statsmodels says when it was made; the width of its columns stays.
_BETWEEN = r"(?:</th>|<td>|[\s}&])*"
_CLOCKS = (
    re.compile(rf"(Date:{_BETWEEN})(\w{{3}}, \d{{2}} \w{{3}} \d{{4}})"),
    re.compile(rf"(Time:{_BETWEEN})(\d{{2}}:\d{{2}}:\d{{2}})"),
)
_SVG_DATE = re.compile(r"<dc:date>[^<]{0,100}</dc:date>")


def join_streams(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Outputs of a cell with the pieces of what was printed joined.

    Between two displays all that was printed comes first, then all warnings: in which order their
    pieces arrive depends on the clock.
    """
    joined: list[nbformat.NotebookNode] = []
    for is_stream, group in groupby(outputs, lambda output: output.output_type == "stream"):
        pieces = list(group)
        if not is_stream:
            joined += pieces
            continue
        for name in ("stdout", "stderr"):
            text = "".join(piece.text for piece in pieces if piece.name == name)
            if text:
                joined.append(nbformat.v4.new_output("stream", name=name, text=text))
    return joined


def steady(content: Any, place: str) -> Any:
    """What a cell shows, with names made by chance and clocks replaced; other values as they are.

    Args:
        content: text, or plain values that are left alone.
        place: where it is shown in the notebook, to tell the new names apart.
    """
    if not isinstance(content, str):
        return content
    for sign, form in _NAMES:
        chance = dict.fromkeys(sign.findall(content))
        new = {name: f"shown-{place}-{number}" for number, name in enumerate(chance, 1)}
        if new:
            # In one pass: a page may hold thousands of such names.
            content = form.sub(lambda found, new=new: new.get(found[0], found[0]), content)
    for pattern in _CLOCKS:
        content = pattern.sub(lambda found: found[1] + "as run".rjust(len(found[2])), content)
    return _SVG_DATE.sub("", content)
