"""What an administrator adds without code: fields of records, and rules that act by themselves."""
