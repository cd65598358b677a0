"""Kernels: how a chapter's Python process starts, and what it may do before it is stopped."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["client", "engine", "forked", "manager", "server"]
)
