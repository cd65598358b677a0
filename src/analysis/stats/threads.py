"""One thread inside a fit: small matrices gain nothing from more, and wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
T = TypeVar("T")


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread(function: Callable[P, T]) -> Callable[P, T]:
    """The function with linear algebra held to one thread; afterwards things are as before."""

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        with _libraries().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return held
