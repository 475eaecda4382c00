"""What the tests of logins type."""

PASSWORD = "toʻgʻri-kalit-soʻz"
ANOTHER = "tongda-quyosh-chiqadi"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
