"""Municipalities and their offices: the address book, independent of any one survey."""

from django.db import models


class Municipality(models.Model):
    """A place with offices."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10)
    population = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "municipalities"
        ordering = ("name", "state")
        constraints = (
            models.UniqueConstraint(fields=("name", "state"), name="municipality_once_in_a_state"),
        )

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """One office and how to reach it."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="offices")
    office_type = models.SlugField(max_length=40)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=40, blank=True)
    salutation = models.CharField(max_length=40, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("municipality", "office_type")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "office_type"), name="office_once_in_a_municipality"
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_type}, {self.municipality}"
