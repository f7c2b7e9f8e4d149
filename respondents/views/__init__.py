"""The door for respondents and the desk for researchers."""
