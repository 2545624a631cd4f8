"""A reader's formula in x and y as a line of NumPy.

It may come with a link from someone else: nothing but arithmetic and the functions
named here gets through.
"""

from __future__ import annotations

import ast

# How many arguments each takes.
FUNCTIONS = {
    **dict.fromkeys(["sin", "cos", "tan", "arctan", "exp", "log", "sqrt", "abs"], 1),
    **dict.fromkeys(["tanh", "sign", "floor"], 1),
    **dict.fromkeys(["maximum", "minimum"], 2),
}
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub)
_LONGEST = 200  # characters


def as_numpy(formula: str, variables: dict[str, str]) -> str:
    """The formula as an expression of NumPy.

    Parameters
    ----------
    formula
        Such as `sin(3*x)/2`, with `^` or `**` for powers.
    variables
        What stands for each letter that it may use.

    Raises
    ------
    ValueError
        If it is no formula, or uses anything else.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"The formula is longer than {_LONGEST} characters.")
    try:
        tree = ast.parse(formula.strip().replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(
            f"“{formula}” is not a formula. Write for example sin(3*x)/2, with a * for "
            f"every product."
        ) from None
    return ast.unparse(_Rewrite(variables).visit(tree))


class _Rewrite(ast.NodeTransformer):
    """Lets arithmetic through, and puts NumPy's names for the reader's."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables

    def visit(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.Name(id=name) if name in self.variables:
                return ast.Name(self.variables[name])
            case ast.Name(id="pi" | "e" as name):
                return ast.parse(f"np.{name}", mode="eval").body
            case ast.Name(id=name):
                raise ValueError(
                    f"The formula uses “{name}”; it may use "
                    f"{' and '.join(self.variables)}, numbers, pi, e, and "
                    f"{', '.join(FUNCTIONS)}."
                )
            case ast.Call(func=ast.Name(id=name), args=inside, keywords=[]) if len(
                inside
            ) == FUNCTIONS.get(name):
                function = ast.parse(f"np.{name}", mode="eval").body
                return ast.Call(function, [self.visit(part) for part in inside], [])
            case ast.Constant(value=int() | float() as number) if not isinstance(
                number, bool
            ):
                return node
            case ast.BinOp(left=base, op=ast.Pow()):
                # Whole numbers would grow without end in powers of powers.
                for part in ast.walk(base):
                    if isinstance(part, ast.Constant) and isinstance(part.value, int):
                        part.value = float(part.value)
                return self.generic_visit(node)
            case ast.Expression() | ast.BinOp() | ast.UnaryOp() | ast.Load():
                return self.generic_visit(node)
            case _ if isinstance(node, _OPERATORS):
                return node
        raise ValueError(
            f"The formula holds “{ast.unparse(node)}”; it may hold numbers, + - * / ^, "
            f"brackets, and {', '.join(FUNCTIONS)}."
        )
