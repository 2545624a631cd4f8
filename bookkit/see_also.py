"""Griffe extension: what stands beside an entry of the reference, and who explains it.

Each class and function gets the names of its file, and the chapters that name it most.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

import nnbook
from bookkit.chapters import chapters
from bookkit.pages import ROOT
from bookkit.reference import Entry, entries

MOST = 3  # chapters for one entry


class SeeAlso(griffe.Extension):
    """Puts Markdown into `extra["bookkit"]["see_also"]`, for the templates."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Once a package is read."""
        if pkg.name != "nnbook":
            return
        whole = {e.path: e for e in entries().values() if not _is_method(e)}
        texts = {
            f"[{chapter.title}](../{chapter.path})": (
                ROOT / "docs" / chapter.path
            ).read_text(encoding="utf-8")
            for chapter in chapters(ROOT).values()
        }
        for path, entry in whole.items():
            module = path.rpartition(".")[0]
            beside = [
                f"`{other.name}`"
                for other in whole.values()
                if other.path.rpartition(".")[0] == module and other is not entry
            ]
            said = ", ".join([*beside, *_explaining(entry, texts)])
            pkg[path.removeprefix("nnbook.")].extra["bookkit"]["see_also"] = said
        for name in nnbook.activations.__all__:
            thing = getattr(nnbook, name)
            if isinstance(thing, nnbook.Activation):
                module = type(thing).__module__.removeprefix("nnbook.")
                # Without a docstring it would be left out.
                pkg[f"{module}.{name}"].docstring = griffe.Docstring(f"`nn.{name}`")


def _is_method(entry: Entry) -> bool:
    return entry.path.split(".")[-2][0].isupper()


def _explaining(entry: Entry, texts: dict[str, str]) -> list[str]:
    last = entry.path.rpartition(".")[2]
    names = rf"\]\[nnbook\.\w+\.{last}\]|\b{re.escape(entry.name)}\b"
    often = {
        link: len(re.findall(names, text))
        for link, text in texts.items()
        if last in text  # a glance, since most chapters do not name it
    }
    return sorted(filter(often.get, often), key=lambda link: -often[link])[:MOST]
