"""From suspects to diagnostics: regions, visits, suppression, caching, parallel runs."""
