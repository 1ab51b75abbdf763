HOME = "https://example.net/api"
