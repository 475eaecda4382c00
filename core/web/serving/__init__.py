"""The server in front of the apps: processes, its entrance, its log, the files for browsers."""
