"""Where a published figure stands: the DOI first, else the address, then the place in the text."""

from __future__ import annotations

import re

import pandas as pd

DOI = re.compile(r"\b10\.\d{4,9}/[^\s/;?#]+")
WHERE = "where"
_PLACES = ("source_table", "source_quote_or_table")


def with_sources(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column ``where``; as it is where it names no source."""
    if "doi" not in table and "source_url" not in table:
        return table
    nothing = pd.Series(pd.NA, index=table.index, dtype="str")
    doi = table.get("doi", nothing)
    address = table.get("source_url", nothing)
    found = doi.fillna(address.map(doi_in, na_action="ignore").astype("str"))
    cited = table.get("citation", nothing)
    text = ("doi:" + found).fillna(address).fillna(cited).fillna("source not stated")
    for column in _PLACES:
        if column in table:
            text = text + (", " + table[column]).fillna("")
    return table.assign(**{WHERE: text})


def doi_in(address: str) -> str | None:
    """The DOI that an address holds; None where it holds none."""
    found = DOI.search(address)
    return found[0] if found else None
