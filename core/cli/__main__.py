"""Run a verb as run.py does, but for the set-up: for what starts verbs as processes of its own."""

import sys

from core.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
