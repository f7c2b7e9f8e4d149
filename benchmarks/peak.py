"""Reads the large survey, computes all statistics, writes the SPSS file; prints the peak memory in MB."""

import os
import re
from pathlib import Path

import django


def main() -> None:
    """One pass over everything, in this process alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from analysis.exports.sav import coded_sav
    from analysis.files import material_of
    from analysis.results import find_all
    from surveys.models import Survey

    material = material_of(Survey.objects.get(name="large"))
    find_all(material.returns, material.plan)
    coded_sav(material.returns, "en")
    # of this program alone: getrusage would also count the process that started it
    status = Path("/proc/self/status").read_text()
    print(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024)


if __name__ == "__main__":
    main()
