"""What must not reach a log: the links of respondents."""

import logging
import re

LINK = re.compile(r"/(b|p|no)/[A-Za-z0-9_-]+")


class HideLinks(logging.Filter):
    """Replaces the secret part of every respondent's link in a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = LINK.sub(r"/\1/…", record.getMessage()), ()
        return True
