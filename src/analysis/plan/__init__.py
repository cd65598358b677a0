"""The plan: what is asked, as data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["labels", "lock", "read", "schema"],
    submod_attrs={
        "schema": ["Plan"],
        "read": ["read_plan"],
        "lock": ["plan_hash", "write_as_run"],
        "labels": ["labels_of"],
    },
)
