"""The kernel: it knows no addon."""
