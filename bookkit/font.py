"""Make the font of the formulas: the part of Latin Modern Math that a book needs.

python -m bookkit.font latinmodern-math.otf

It needs fonttools[woff] and is run by hand, when CHARACTERS grow. The whole font has
380 kB as WOFF2, this part 40.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FONT = ROOT / "docs" / "assets" / "math" / "math.woff2"
# First and last code point of each range.
CHARACTERS = (
    *((0x20, 0x7E), (0xA0, 0xA0), (0xB0, 0xB1), (0xB7, 0xB7), (0xD7, 0xD7)),
    *((0xF7, 0xF7), (0x131, 0x131), (0x237, 0x237), (0x2C6, 0x2C7), (0x2D8, 0x2DC)),
    *((0x302, 0x304), (0x307, 0x307)),  # accents
    *((0x393, 0x3A9), (0x3B1, 0x3F5)),  # Greek
    *((0x2013, 0x2014), (0x2016, 0x2016), (0x2018, 0x201D), (0x2026, 0x2026)),
    *((0x2032, 0x2034), (0x203E, 0x203E), (0x2061, 0x2064)),
    *((0x210E, 0x210E), (0x2113, 0x2113), (0x211D, 0x211D)),  # h, ell, R
    *((0x2190, 0x2194), (0x21A6, 0x21A6), (0x21D2, 0x21D2), (0x21D4, 0x21D4)),
    *((0x2200, 0x220B), (0x220F, 0x220F), (0x2211, 0x2213), (0x2217, 0x221E)),
    *((0x2223, 0x222B), (0x223C, 0x223C), (0x2243, 0x2248), (0x2260, 0x226B)),
    *((0x2282, 0x2287), (0x2295, 0x2299), (0x22A4, 0x22A5), (0x22C5, 0x22C6)),
    *((0x22EE, 0x22F1), (0x2308, 0x230B), (0x23DE, 0x23DF), (0x27E8, 0x27E9)),
    *((0x27F5, 0x27FA),),
    *((0x1D400, 0x1D467), (0x1D4A9, 0x1D4A9), (0x1D53C, 0x1D53C)),  # bold, italic, N, E
    *((0x1D6FC, 0x1D71B), (0x1D7D9, 0x1D7D9)),  # italic Greek, 1
)
# How wide a tall sign may be, as a multiple of the small one.
WIDEST = {"√": 1.0} | dict.fromkeys("()[]{}⌊⌋⌈⌉⟨⟩|‖", 1.3)


def make(source: Path) -> None:
    """Write FONT from the whole font."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(source)
    options = Options(hinting=False, desubroutinize=True, layout_features=[])
    options.drop_tables += ["FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(
        unicodes=[c for first, last in CHARACTERS for c in range(first, last + 1)]
    )
    subsetter.subset(font)
    _narrow(font)
    # As TeX sets an index that has no exponent above it, whatever hangs below its base.
    constants = font["MATH"].table.MathConstants
    constants.SubscriptShiftDown.Value = 150
    constants.SubscriptBaselineDropMin.Value = 0
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):  # the licence wants another name
            record.string = "nnbookMath"
    font.flavor = "woff2"
    font.save(FONT)


def _narrow(font: object) -> None:
    """Make tall brackets and roots hardly wider than small ones.

    Chromium gives each stretchy sign the room of the widest one.
    """
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.transformPen import TransformPen

    glyphs, widths = font.getGlyphSet(), font["hmtx"]  # type: ignore[attr-defined,index]
    charstrings = font["CFF "].cff.topDictIndex[0].CharStrings  # type: ignore[index]
    names = font.getBestCmap()  # type: ignore[attr-defined]
    variants = font["MATH"].table.MathVariants  # type: ignore[index]
    for sign, most in WIDEST.items():
        at = variants.VertGlyphCoverage.glyphs.index(names[ord(sign)])
        construction = variants.VertGlyphConstruction[at]
        taller = {v.VariantGlyph for v in construction.MathGlyphVariantRecord}
        if construction.GlyphAssembly:
            taller |= {part.glyph for part in construction.GlyphAssembly.PartRecords}
        width = round(most * widths[names[ord(sign)]][0])
        for name in sorted(taller - {names[ord(sign)]}):
            scale = width / widths[name][0]
            if scale >= 1:
                continue
            pen = T2CharStringPen(width, glyphs)
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, 1, 0, 0)))
            old = charstrings[name]
            charstrings[name] = pen.getCharString(old.private, old.globalSubrs)
            widths[name] = width, round(widths[name][1] * scale)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
