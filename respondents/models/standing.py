"""Where a mailing stands, in words and numbers, and what can be done about it next."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.models.letter import Letter
from respondents.models.mailing import Mailing

State = Letter.State


class Stage(models.TextChoices):
    """The stages of a mailing's life."""

    PLANNED = "planned", gettext_lazy("geplant")
    PROPOSED = "proposed", gettext_lazy("zur Freigabe vorgelegt")
    RELEASED = "released", gettext_lazy("freigegeben")
    RUNNING = "running", gettext_lazy("wird versandt")
    PAUSED = "paused", gettext_lazy("angehalten")
    STOPPED = "stopped", gettext_lazy("abgebrochen")
    SENT = "sent", gettext_lazy("versandt")


@dataclass(frozen=True)
class Standing:
    """One mailing as the desk shows it to one person."""

    mailing: Mailing
    user: User

    @cached_property
    def counts(self) -> dict[str, int]:
        """Letters by state; every state is named."""
        return self.mailing.progress()

    @property
    def under_way(self) -> int:
        return sum(self.counts[state] for state in (State.PLANNED, State.CLAIMED, State.SENDING))

    @cached_property
    def total(self) -> int:
        """How many letters there are, or would be if it went out now."""
        if self.mailing.released_at:
            return sum(self.counts.values())
        return self.mailing.audience().count()

    @property
    def done(self) -> int:
        return self.total - self.under_way if self.mailing.released_at else 0

    @cached_property
    def stage(self) -> Stage:
        mailing = self.mailing
        if mailing.stopped_at:
            return Stage.STOPPED
        if mailing.paused_at:
            return Stage.PAUSED
        if not mailing.released_at:
            return Stage.PROPOSED if mailing.proposed_at else Stage.PLANNED
        if mailing.planned_for > mailing.survey.now():
            return Stage.RELEASED
        return Stage.RUNNING if self.under_way else Stage.SENT

    @property
    def is_live(self) -> bool:
        """Whether the numbers change by themselves."""
        return self.stage == Stage.RUNNING

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """(state, words, letters) of each state that occurs."""
        return [(state.value, str(state.label), n) for state in State if (n := self.counts[state])]

    @property
    def rule(self) -> str:
        """The audience in words."""
        rule: dict[str, Any] = self.mailing.audience_rule
        parts = {
            "owed": _("Stellen, deren Antwort fehlt"),
            "given": _("Stellen, die geantwortet haben"),
            "any": _("alle Stellen"),
        }
        words = [parts[rule.get("answer", "owed")]]
        if kinds := rule.get("office_types"):
            labels = self.mailing.survey.variants.filter(code__in=kinds).values_list("label", flat=True)
            words.append(_("nur: {kinds}").format(kinds=", ".join(labels)))
        if "wave1" in rule:
            words.append(_("in der ersten Welle dabei") if rule["wave1"] else _("neu seit der ersten Welle"))
        if "priority" in rule:
            words.append(_("besonders wichtig") if rule["priority"] else _("nicht besonders wichtig"))
        if rule.get("hand_picked"):
            words.append(_("einzeln ausgewählt"))
        return "; ".join(words)

    @property
    def rate(self) -> str:
        """How fast it goes, in words; "" if nothing limits it."""
        words = []
        if self.mailing.per_minute:
            words.append(_("höchstens {n} Briefe je Minute").format(n=self.mailing.per_minute))
        if self.mailing.per_domain:
            words.append(_("höchstens {n} je Minute an eine Domain").format(n=self.mailing.per_domain))
        return ", ".join(words)

    # --- what this person may do next ---

    @property
    def may(self) -> bool:
        return self.user.has_perm("respondents.release_mailing")

    @property
    def can_propose(self) -> bool:
        return self.may and self.stage == Stage.PLANNED

    @property
    def can_release(self) -> bool:
        return self.may and not self.mailing.released_at and self.mailing.may_release(self.user)

    @property
    def waits_for_another(self) -> bool:
        """Whether this person has proposed it, so that somebody else must release it."""
        return self.may and self.stage == Stage.PROPOSED and not self.can_release

    @property
    def can_pause(self) -> bool:
        return self.may and self.stage in (Stage.RELEASED, Stage.RUNNING)

    @property
    def can_resume(self) -> bool:
        return self.may and self.stage == Stage.PAUSED

    @property
    def can_stop(self) -> bool:
        return self.may and self.stage in (Stage.RELEASED, Stage.RUNNING, Stage.PAUSED)
