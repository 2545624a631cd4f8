"""bookkit: how the book's Markdown becomes pages that cannot lie.

- `pages`: what is in a page: fences, directives, and what is not allowed
- `compare`: does a run print what the page says?
- `judge`: what is wrong with a snippet's run
- `cell`: runs one snippet and hands back its text and figures
- `runner`: runs snippets, each in a process of its own, and keeps their results
- `snippets`: the Markdown extension that shows snippets with their figures and outputs
- `katex`: the Markdown extension that renders formulas while the site is built
- `outputs`: writes the expected outputs of a page from a run
"""
