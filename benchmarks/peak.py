"""Reads the large survey, computes all statistics, writes the SPSS file; prints the peak memory in MB."""

import os
import resource

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
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
