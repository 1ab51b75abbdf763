HOME = 'https://example.net/api'
OTHER = 'http://203.0.113.7/collect'
