"""A part of a plan of which only some keys could be read, so that rules can judge those."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

# Stands for a value that could not be read.
UNREAD = object()


class Unreadable(AttributeError):  # noqa: N818 (it ends a rule, and nobody else hears of it)
    """A rule asked for a value that could not be read; why is told elsewhere."""


class Partial:
    """What could be read of one part of the schema.

    Args:
        kind: the dataclass that the part would have been.
        values: its keys as read, UNREAD where one was not; a key that was left out is its default.
            None where nothing could be read.
    """

    def __init__(self, kind: type, values: dict[str, Any] | None = None) -> None:
        self._values = dict.fromkeys((f.name for f in fields(kind)), UNREAD)
        if values is not None:
            self._values |= {f.name: _default(f) for f in fields(kind)} | values

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__.get("_values", {}).get(name, UNREAD)
        if value is UNREAD:
            raise Unreadable(name)
        return value


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return UNREAD if field.default is MISSING else field.default
