"""One change to many records: all of them or none, and back again."""
