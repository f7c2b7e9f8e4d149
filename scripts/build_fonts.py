"""Turns Fira Sans from the npm package into the TrueType files that figures and report are set in."""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules/@fontsource/fira-sans/files"
TARGET = ROOT / "static/vendor/fonts"
STYLES = {400: "Regular", 500: "Medium", 600: "SemiBold"}
FAMILY = "Fira Sans"


def rename(font: TTFont, style: str, weight: int) -> None:
    """Give the font one family name in all weights: matplotlib reads names 1 and 2, Pango 16 and 17."""
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"FiraSans-{style}", 16: FAMILY, 17: style}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
        font["name"].setName(text, number, 1, 0, 0)
    font["OS/2"].usWeightClass = weight


def build(weight: int, style: str) -> Path:
    """Write one weight as TrueType and return its path."""
    font = TTFont(SOURCE / f"fira-sans-latin-{weight}-normal.woff2")
    font.flavor = None
    rename(font, style, weight)
    path = TARGET / f"FiraSans-{style}.ttf"
    font.save(path)
    return path


def main() -> int:
    """Build every weight; 2 if the npm packages are not there yet."""
    if not SOURCE.is_dir():
        print(f"{SOURCE} is missing: run `npm ci` first", file=sys.stderr)
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    paths = [build(weight, style) for weight, style in STYLES.items()]
    print(f"static/vendor/fonts: {', '.join(path.name for path in paths)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
