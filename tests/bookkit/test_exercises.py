"""An exercise has an address."""

from __future__ import annotations

from markdown import Markdown

PAGE = """\
See [exercise 2](#exercise-2).

!!! example "Exercise 1 ★ A first one"
    Why?

!!! example "Exercise 2 ★★ *Why* not?"
    Because.

!!! example "By hand"
    One.
"""


def test_each_exercise_has_an_address_and_nothing_else_has() -> None:
    html = Markdown(extensions=["admonition", "bookkit.exercises"]).convert(PAGE)
    opening = '<div class="admonition example"'
    assert f'{opening} id="exercise-1">\n<p class="admonition-title">Exercise 1' in html
    assert f'{opening} id="exercise-2">\n<p class="admonition-title">Exercise 2' in html
    assert html.count(" id=") == 2
