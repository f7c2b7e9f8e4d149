"""The accents must be told apart with every kind of colour vision, and without colour."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.colors import to_rgb

from analysis.style import ACCENTS, PAPER, TONES, Look, contrast, look

pytestmark = pytest.mark.once

Matrix = npt.NDArray[np.float64]

# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15:1291-1298: severity 1, on linear RGB
VISION = {
    "ordinary": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
SRGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
NOTICED = 20  # CIE 1976 colour difference; 2.3 is just noticeable in fields side by side


def lab(colour: str, vision: Matrix) -> Matrix:
    """CIE L*a*b* of a colour as seen with a kind of colour vision."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = SRGB_TO_XYZ @ np.clip(vision @ linear, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION.values(), ids=VISION)
def test_accents_are_far_apart_for_every_kind_of_colour_vision(vision: Matrix) -> None:
    seen = [lab(accent.colour, vision) for accent in ACCENTS]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > NOTICED


@pytest.mark.parametrize("looks", [ACCENTS, TONES])
def test_series_are_told_apart_in_grey_by_mark_and_dash(looks: tuple[Look, ...]) -> None:
    assert len({each.shape for each in looks}) == len(looks)
    assert len({(each.dash, each.shape) for each in looks}) == len(looks)


@pytest.mark.parametrize("each", [*ACCENTS, *TONES])
def test_lines_and_marks_stand_out_from_paper(each: Look) -> None:
    # WCAG 2.2, success criterion 1.4.11: graphical objects need 3 to 1
    assert contrast(each.colour, PAPER) >= 3


def test_more_series_than_looks_start_again() -> None:
    assert look(len(ACCENTS)) == ACCENTS[0]
