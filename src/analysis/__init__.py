"""Training and Pain Outcomes: from raw trial data to a report whose every number can be traced."""

import lazy_loader

__version__ = "0.1.0"

# Heavy libraries load when a room is first used, so that `import analysis` stays instant.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["data", "estimate", "plan", "report", "result", "run", "show", "stats", "study"],
    submod_attrs={
        "stats.delta": ["Delta"],
        "stats.impute": ["impute"],
        "stats.mmrm": ["mmrm"],
        "stats.mmrm_chunks": ["mmrm_chunks"],
        "stats.synthesis.meta": ["meta"],
        "stats.synthesis.meta_levels": ["meta_levels"],
        "stats.synthesis.network": ["network"],
        "stats.tipping": ["tipping"],
    },
)
