"""The pages of imports: a file is sent, its columns named, its rows looked at, written, undone."""
