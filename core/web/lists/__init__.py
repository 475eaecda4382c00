"""Lists of one model: what is asked for, how it is narrowed, and what the page shows."""
