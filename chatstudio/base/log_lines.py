"""What we refuse is one line in the log: anybody can ask for it as often as they like."""

import logging


class RefusalsInOneLine(logging.Filter):
    """Django logs each refused Host, filter or the like with the whole way through the code, and in
    the words that were asked, line ends included."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
            record.msg, record.args = " ".join(record.getMessage().split()), None
        return True
