"""The plan: what is asked, as data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["as_run", "labels", "lock", "places", "read", "schema", "validate"],
    submod_attrs={
        "as_run": ["write_as_run"],
        "labels": ["labels_of"],
        "lock": ["check_lock", "plan_hash"],
        "places": ["plan_path", "project_root", "safe_name"],
        "read": ["defaults_used", "read_plan"],
        "schema": ["Plan"],
    },
)
