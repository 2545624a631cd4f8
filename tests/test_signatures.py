"""The list of all public signatures, so that a change of one is meant.

`.venv/bin/python tests/test_signatures.py` writes the list anew; read the difference
before you commit it.
"""

import inspect
import re
from pathlib import Path

import nnbook as nn

LIST = Path(__file__).with_name("signatures.txt")
NAMESPACES = (
    "augmentation",
    "autodiff",
    "datasets",
    "estimators",
    "init",
    "parallel",
    "plots",
    "activations",
    "training",
)


def signature(value):
    """Names, kinds and defaults of the parameters."""
    parameters = inspect.signature(value).parameters.values()
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in parameters
        if parameter.name not in ("self", "cls")
    ]
    # A function as a default has an address, which differs each time.
    return re.sub(r"<function (\w+) at \w+>", r"\1", str(inspect.Signature(plain)))


def own(cls):
    """Members of a class, with those of bases that have no entry of their own."""
    values = (getattr(nn, name) for name in nn.__all__)
    public = {value for value in values if inspect.isclass(value)}
    bases = [base for base in cls.__mro__ if base is cls or base not in public]
    return {
        name: member
        for base in reversed(bases)
        if base.__module__.startswith("nnbook")
        for name, member in vars(base).items()
    }


def entries(name, value):
    """A line for a function, several for a class."""
    if inspect.ismodule(value):
        return
    if inspect.isclass(value):
        yield f"{name}{signature(value)}"
        for member, attribute in own(value).items():
            if member.startswith("_") and member not in ("__call__", "__len__"):
                continue
            if isinstance(attribute, property):
                yield f"{name}.{member}"
            elif inspect.isfunction(attribute) and attribute.__module__.startswith(
                "nnbook"
            ):
                yield f"{name}.{member}{signature(attribute)}"
    elif isinstance(value, nn.Activation):
        yield f"{name}: {type(value).__name__}"
    elif not inspect.isfunction(value):  # the name of a type
        yield name
    else:
        yield f"{name}{signature(value)}"


def listing():
    """All public names with their signatures."""
    lines = [
        line for name in nn.__all__ for line in entries(f"nn.{name}", getattr(nn, name))
    ]
    for space in NAMESPACES:
        module = getattr(nn, space)
        for name in module.__all__:
            if (value := getattr(module, name)) is not getattr(nn, name, None):
                lines += entries(f"nn.{space}.{name}", value)
    return "\n".join(sorted(set(lines))) + "\n"


def test_no_public_signature_changed_unnoticed():
    assert listing() == LIST.read_text(encoding="utf-8"), (
        "Public names or signatures changed. If you meant it, write the list anew: "
        "python tests/test_signatures.py"
    )


if __name__ == "__main__":
    LIST.write_text(listing(), encoding="utf-8")
