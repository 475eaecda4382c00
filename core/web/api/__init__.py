"""The API at /api/v1: what other programs may read and write, decided as on the pages."""
