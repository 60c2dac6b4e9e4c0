#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if sys.argv[1:2] != ["doctor"]:
            raise
        if isinstance(error, BrokenPipeError):  # whoever read the report has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        from chatstudio.doctor import broken

        sys.exit(broken.say(error, sys.argv))


if __name__ == "__main__":
    main()
