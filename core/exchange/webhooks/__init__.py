"""Webhooks that go out: what happens here is told to other programs, as a user may see it."""
