"""What a page's script tells of its visit, in windows of several kinds."""

import re

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.journeys.machine import FieldPhase
from tests.journeys.test_browser import open_form, unused

pytestmark = pytest.mark.once

PHONE: ViewportSize = {"width": 390, "height": 844}
PHONE_ON_ITS_SIDE: ViewportSize = {"width": 844, "height": 390}
TABLET: ViewportSize = {"width": 820, "height": 1180}
NARROW_WINDOW: ViewportSize = {"width": 500, "height": 800}


@pytest.mark.parametrize(
    ("size", "touched", "device"),
    [
        (PHONE, True, "phone"),
        (PHONE_ON_ITS_SIDE, True, "phone"),
        (TABLET, True, "tablet"),
        (NARROW_WINDOW, False, "desktop"),
    ],
)
def test_a_page_tells_kinds_of_devices_apart(
    field_2019: FieldPhase, chromium: Browser, size: ViewportSize, touched: bool, device: str
) -> None:
    context = chromium.new_context(viewport=size, has_touch=touched, is_mobile=touched)
    page = context.new_page()
    open_form(page, unused(field_2019, "jugend", 4))
    expect(page.locator('input[name="device"]')).to_have_value(device)
    expect(page.locator('input[name="first_answer"]')).to_have_value("")
    page.locator("#id_o1_chancen").fill("Mehr")
    expect(page.locator('input[name="first_answer"]')).to_have_value(re.compile(r"^\d+$"))
    context.close()
