"""Mails that go out: written with what they tell of, sent after it is kept."""
