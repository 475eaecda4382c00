"""Notes, kept by somebody who thinks of no attackers."""
