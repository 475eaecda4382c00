"""The one entrance to Karvon: sets the checkout up where that is due, then runs the verb."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must read this far and say so
    sys.exit(
        "Karvon needs Python 3.11 or newer, this is Python "
        + sys.version.split()[0]
        + "; start it with a newer one, for example: python3.11 run.py demo"
    )

if __name__ == "__main__":
    from core.cli.setup import ensure

    ensure(sys.argv[1:])

    from core.cli.main import main

    sys.exit(main(sys.argv[1:]))
