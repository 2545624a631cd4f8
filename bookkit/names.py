"""The library's names as a reader writes them, behind `import nnbook as nn`."""

from __future__ import annotations

import nnbook

# Modules that the package hands on under another name.
RENAMED = {"initializers": "init"}


def nn_name(path: str) -> str:
    """`nn.Adam.update` for `nnbook.optimizers.Adam.update`."""
    _, module, *names = path.split(".")
    # `nn.parallel.fit` bears the name of `nn.fit`.
    if names and names[0] in nnbook.__all__ and module != "parallel":
        return ".".join(["nn", *names])
    return ".".join(["nn", RENAMED.get(module, module), *names])
