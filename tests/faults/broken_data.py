"""Ways in which raw data break, and the places that must be told: all of them, and no others."""

from __future__ import annotations

from broken_cells import CELLS
from broken_columns import COLUMNS, DICTIONARIES
from broken_files import FILES, TEXT
from broken_rules import RULES

BROKEN = [*FILES, *TEXT, *COLUMNS, *CELLS, *RULES, *DICTIONARIES]
