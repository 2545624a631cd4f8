"""Figures that stand above their folded code, and what a player gets of them."""

from __future__ import annotations

import html as entities
import json
import re

import pytest
import yaml
from markdown import Markdown

from bookkit.pages import ROOT

DRAWN = """\
<!-- figure{first}: The line {name} rises. | alt: A straight line, {name}. -->
```python
import matplotlib.pyplot as plt

plt.plot([0, 1], [0, 1])
plt.show()
print("{name}")
```
<!--pytest-codeblocks:expected-output-->
```
{name}
```
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The snippets of the book's own pages are not run before these."""
    monkeypatch.setattr("bookkit.snippets._run_whole_book", lambda: None)


def _page(text: str) -> str:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    between = config[config.index("\nmarkdown_extensions:") : config.index("\nexclude")]
    names, options = [], {}
    for entry in yaml.unsafe_load(between)["markdown_extensions"]:
        (name, kept), *_ = entry.items() if isinstance(entry, dict) else [(entry, {})]
        names.append(name)
        options[name] = kept
    return Markdown(extensions=names, extension_configs=options).convert(text)


def test_figure_first_stands_above_its_folded_code_wherever_it_is() -> None:
    html = _page(
        "# Title\n\n"
        + DRAWN.format(first="", name="opening")
        + "\n## Section\n\n"
        + DRAWN.format(first=" first", name="above")
        + "\nText between.\n\n"
        + DRAWN.format(first="", name="below")
    )
    assert html.count('class="nb-made"') == 2
    below = html.index("Text between")
    for name in ("opening", "above"):
        figure = html.index(f'aria-label="A straight line, {name}."')
        fold = html.index('<details class="nb-made"', figure)
        output = html.index(f"{name}\n", fold)
        assert figure < fold < output < html.index("</details>", fold) < below
    assert html.index('aria-label="A straight line, below."') > html.rindex("print")


def test_film_stands_beside_its_figure() -> None:
    code = DRAWN.format(first="", name="a").replace(
        "plt.show()", """film = [1, "'</script>&amp;"]"""
    )
    page = _page(code)
    (data,) = re.findall(r"data-film='(.*?)'></div><figcaption>", page)
    assert json.loads(entities.unescape(data)) == [1, "'</script>&amp;"]
