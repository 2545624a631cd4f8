"""Hook of the site's build: types that the book does not explain have no hover.

autorefs gives a type without an entry, such as `float`, a hover that repeats its name.
On the reference's longest page that was 172 hovers, and the theme sets up each of them.
"""

from __future__ import annotations

import re
from typing import Any

_UNEXPLAINED = re.compile(r'<span title="[^"]*">((?:[^<]|<(?!/?span))*)</span>')


def on_post_page(output: str, **_: Any) -> str:
    """The page, with such types as plain text."""
    return _UNEXPLAINED.sub(r"\1", output)
