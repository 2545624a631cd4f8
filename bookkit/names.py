"""The library's names as a reader writes them, behind `import nnbook as nn`."""

from __future__ import annotations

import nnbook

# Modules that the package hands on under another name.
RENAMED = {"initializers": "init"}


def nn_name(path: str) -> str:
    """`nn.Adam.update` for `nnbook.optimizers.Adam.update`."""
    _, module, *names = path.split(".")
    if names and names[0] in nnbook.__all__:
        return ".".join(["nn", *names])
    return ".".join(["nn", RENAMED.get(module, module), *names])
