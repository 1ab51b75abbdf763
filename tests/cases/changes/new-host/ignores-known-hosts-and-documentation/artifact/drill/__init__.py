HOME = 'https://example.net/v2/api'
