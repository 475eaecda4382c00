"""The addons that come with Karvon; folders of others are appended to this package's path."""
