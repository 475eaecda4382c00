"""Imports by people: a file is sent, its columns named, its rows tried, written and taken back."""
