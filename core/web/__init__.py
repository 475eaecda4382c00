"""Pages and the API: the app, the views behind its addresses, and the server in front."""
