"""Dates and times as British offices write them; Django's own for English are American."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
