"""The pages of roles: which there are, what each may do, and those that admins compose."""
