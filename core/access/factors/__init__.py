"""What proves beside a password who somebody is: codes of an app, recovery codes, passkeys."""
