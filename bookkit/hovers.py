"""Hook of the site's build: what the reference's templates leave to tidy up.

Types that the book does not explain have no hover: autorefs gives a type without an
entry, such as `float`, one that repeats its name. On the reference's longest page that
was 172 hovers, and the theme sets up each of them. And no space stands between a
default and the bracket behind it.
"""

from __future__ import annotations

import re
from typing import Any

_UNEXPLAINED = re.compile(r'<span title="[^"]*">((?:[^<]|<(?!/?span))*)</span>')
_BEFORE_BRACKET = re.compile(r"</code>\s+\)")


def on_post_page(output: str, **_: Any) -> str:
    """The page without them."""
    return _BEFORE_BRACKET.sub("</code>)", _UNEXPLAINED.sub(r"\1", output))
