"""Rows and who may reach them: connections, fields, models, scope, migrations, search."""
