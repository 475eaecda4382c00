"""The page of one record: its facts, and what became of it."""
