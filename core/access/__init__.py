"""Who may do what: users, roles, rules, decisions, sessions."""
