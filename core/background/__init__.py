"""What is done apart from requests: jobs, mail, notifications, files that are kept."""
