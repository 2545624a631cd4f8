"""Write the expected outputs of pages from a run: `python -m bookkit.outputs`.

    python -m bookkit.outputs [--check] [page …]

With `--check` nothing is written, and the exit code says whether anything would be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookkit.cell import Result
from bookkit.compare import settle
from bookkit.console import run_session
from bookkit.fence import Fence, PageError
from bookkit.pages import ROOT, programs, session, snippets, sources
from bookkit.runner import fill_cache, run_cached
from bookkit.scanner import EXPECTED


def update(
    text: str,
    fences: Sequence[Fence],
    page: str = "page",
    commands: Sequence[Fence] = (),
    programs: Mapping[str, str] | None = None,
) -> str:
    """The page with the outputs that its snippets really print.

    Parameters
    ----------
    text
        The whole file.
    fences
        Its snippets.
    page
        Its name in error messages.
    commands
        Its console fences, if they are to be run, too.
    programs
        The files that these find.

    Returns
    -------
    str
        The same text, with expected outputs replaced, added or removed. A number that
        agrees with the run stays as it is.
    """
    lines = text.split("\n")
    fill_cache(fence.code for fence in fences)
    runs: list[tuple[Fence, Result]] = [
        *((fence, run_cached(fence.code)) for fence in fences),
        *zip(commands, run_session(commands, programs), strict=True),
    ]
    for fence, result in sorted(runs, key=lambda run: -run[0].line):
        if result.error and not fence.xfail:
            raise PageError(page, fence.line, f"the snippet fails:\n{result.error}")
        after = fence.output.end if fence.output else fence.end
        expected = fence.output.code if fence.output else ""
        settled = settle(expected, result.stdout, fence.within)
        lines[fence.end : after] = _block(settled, fence.indent)
    return "\n".join(lines)


def _block(output: str, indent: str) -> list[str]:
    if not output:
        return []
    body = [f"{indent}{line}" if line else "" for line in output.split("\n")[:-1]]
    return [f"{indent}{EXPECTED}", f"{indent}```", *body, f"{indent}```"]


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="bookkit.outputs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("pages", nargs="*", type=Path, help="default: all pages")
    options = parser.parse_args(arguments)
    changed = 0
    for path in options.pages or sources():
        text = path.read_text(encoding="utf-8")
        try:
            commands, files = session(path), programs(path)
            new = update(text, snippets(path), str(path), commands, files)
        except PageError as error:
            print(error, file=sys.stderr)
            return 2
        if new != text:
            changed += 1
            shown = path.resolve().relative_to(ROOT).as_posix()
            print(f"{'would change' if options.check else 'changed'} {shown}")
            if not options.check:
                path.write_text(new, encoding="utf-8", newline="\n")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
