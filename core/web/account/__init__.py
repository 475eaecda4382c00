"""Coming in and going out, and what everybody does for their own account."""
