"""bookkit: how the book's Markdown becomes pages that cannot lie.

- `pages`: the pages of the book, and where they are
- `fence`, `scanner`, `prose`: what is in a page, and what is not allowed
- `cell`: runs one snippet and hands back its text and figures
- `apart`: runs snippets, each in a process of its own
- `runner`: asks `apart`, and keeps results
- `console`: runs the commands that a page tells its reader to type
- `compare`: does a run print what the page says?
- `judge`: what is wrong with a snippet's run
- `snippets`: the Markdown extension that shows snippets with their figures and outputs
- `opening`: the figure that opens a page stands before its code
- `listings`: the Markdown extension that shows the library's own lines
- `chapters`: what the chapters say of themselves
- `front`: the Markdown extension for the line under a title and the map of the book
- `map`: draws which chapter needs which
- `names`: the library's names as readers write them
- `reference`: the Markdown extension that lists all names and links them
- `see_also`: the Griffe extension that says what stands beside an entry
- `glossary`: the Markdown extension that explains a word where it first stands
- `formulas`: the Markdown extension that renders formulas while the site is built
- `lines`: the Markdown extension that lets long lines of code wrap on a phone
- `search`: the Markdown extension that says what of a page the search finds
- `font`: makes the font of the formulas
- `browser`: puts Python for the reader's browser beside the built pages
- `answer`: runs a snippet there, and compares
- `pad`: reads a drawn digit there
- `playground`: trains there, step by step, what a reader has set
- `outputs`: writes the expected outputs of a page from a run
"""
