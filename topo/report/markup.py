"""HTML that cannot forget to escape: text is escaped unless it is `Markup` already."""

from __future__ import annotations

import html

_VOID = frozenset({"img", "input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *content: str, **attributes: str | bool) -> Markup:
    """Write an element.

    Parameters
    ----------
    name
        Of the element.
    *content
        What stands in it, one after another; escaped unless it is `Markup`.
    **attributes
        By name, with `_` for `-` and one `_` more after a word that Python keeps for itself. True
        writes the bare name, False writes nothing.

    Returns
    -------
    Markup
        The element.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*content)}</{name}>")


def join(*content: str) -> Markup:
    """Write one after another, each escaped unless it is `Markup`."""
    return Markup("".join(escape(part) for part in content))


def escape(text: str) -> Markup:
    """Escape text that is not `Markup`, for use between tags and in quoted attributes."""
    return text if isinstance(text, Markup) else Markup(html.escape(text))


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{html.escape(value)}"'
