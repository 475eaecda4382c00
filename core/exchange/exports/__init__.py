"""Records as files: tables, cards of contacts, calendars, and who took which of them."""
