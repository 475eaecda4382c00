"""Data in and out: imports and the API."""
