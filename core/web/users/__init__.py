"""What administrators do with users beside their form: invite, end, let go; and roles."""
