"""manage.py rehearse --survey S [--each N]."""

import random

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.models import Case
from respondents.rehearsal import fill_in
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Fills in forms of every variant at random, to try a new study out before it is fielded in earnest."""

    help = "Fill in forms at random through the pages that respondents see. Only while the clock is set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", required=True)
        parser.add_argument("--each", type=int, default=12, help="how many forms of each variant")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, survey: str, each: int, seed: int, **options: object) -> None:
        chosen = survey_named(survey)
        if not chosen.rehearsal:
            raise CommandError(
                f"{survey} runs by the real clock; made-up answers need set_clock", returncode=2
            )
        rng = random.Random(seed)  # noqa: S311  # made-up answers, the same in every run
        done = 0
        for variant in chosen.variants.all():
            open_cases = Case.objects.filter(variant=variant).owing_answer().order_by("pk")
            for case in rng.sample(list(open_cases), min(each, open_cases.count())):
                fill_in(case, rng)
                done += 1
            self.stdout.write(f"{variant.label}: {done} forms filled in so far")
        self.stdout.write(f"{survey}: {done} forms filled in")
