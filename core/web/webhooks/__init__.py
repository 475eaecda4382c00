"""Webhooks on the web: the pages of those that go out, and the addresses of those that come in."""
