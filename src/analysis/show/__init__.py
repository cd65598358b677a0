"""Show: result rows become tables, figures and sentences; nothing is calculated here."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "assumed",
        "courses",
        "descriptions",
        "figures",
        "link",
        "means",
        "numbers",
        "responding",
        "select",
        "steps",
        "sentences",
        "tables",
        "unknown",
        "verdict",
        "words",
    ],
    submod_attrs={
        "descriptions": ["DESCRIPTIONS", "data_table"],
        "figures": ["FIGURES", "png"],
        "link": ["anchor", "link", "plain"],
        "sentences": ["SENTENCES"],
        "tables": ["TABLES"],
    },
)
