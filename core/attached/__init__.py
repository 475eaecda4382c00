"""What hangs on any record: comments, followers, files."""
