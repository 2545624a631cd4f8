"""What stands between the fences of a page, where code would not be tested."""

from __future__ import annotations

import ast
import re
import textwrap

_CODE_SPAN = re.compile(r"(`+).+?\1")
_BOX = re.compile(r"(!!!|\?\?\?\+?|===) ")
_ITEM = re.compile(r"([*+-]|\d+\.|:|\[\^[^\]]+\]:)\s")
_TELLING = re.compile(
    r"^\s*(>>> |import [\w.]+( as \w+)?$|from [\w.]+ import \S|@\w+$|print\(.*\)$"
    r"|(async )?def \w+\(|class \w+(\(.*\))?:$|for \w+(, \w+)* in \S+:$"
    r"|with .* as \w+:$|[\w.\[\]]+ = [\w.]+\(.*\)$)",
    re.MULTILINE,
)
_DOES = (ast.Call, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)


class Prose:
    """Finds code in the prose of a page, which it is given line by line."""

    def __init__(self) -> None:
        self.inner = [0]  # where the text of each open box or list begins
        self.begins = True  # whether a line may begin a paragraph

    def fault(self, line: str) -> str:
        """What is wrong with the next line outside of fences, or nothing."""
        text = line.strip()
        if "<pre" in _CODE_SPAN.sub("", line):
            return "code in <pre> is not tested; use a fence"
        if not text:
            self.begins = True
            return ""
        indent = self._leave(line)
        if self.begins and indent >= self.inner[-1] + 4:
            return (
                "Markdown shows this indented block as code, which is not tested; "
                "use a fence, or indent it less"
            )
        box = _BOX.match(text)
        if box or _ITEM.match(text):
            self.inner.append(self.inner[-1] + 4)
        # A paragraph begins behind these without a blank line between.
        self.begins = bool(box) or text.startswith(("#", "<!--"))
        return ""

    def fence_fault(self, line: str) -> str:
        """What is wrong with a fence that begins like this, or nothing."""
        self.begins = True
        if self._leave(line) >= self.inner[-1] + 4:
            return (
                "Markdown shows a fence as it is that is indented more than its box "
                "or list; indent it less"
            )
        return ""

    def _leave(self, line: str) -> int:
        line = line.expandtabs(4)
        indent = len(line) - len(line.lstrip())
        while indent < self.inner[-1]:
            self.inner.pop()
        return indent


def hides_python(language: str, code: str) -> bool:
    """Whether a fence that is not tested shows Python."""
    if language in ("python", "markdown"):
        return False
    if language == "console":  # which is run, also what it hands to Python
        return re.search(r"^\s*>>> ", code, re.MULTILINE) is not None
    if _TELLING.search(code):
        return True
    if language != "text":
        return False
    try:
        tree = ast.parse(textwrap.dedent(code))
    except SyntaxError:
        return False
    return any(isinstance(node, _DOES) for node in ast.walk(tree))
