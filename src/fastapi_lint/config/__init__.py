"""Settings: found, read, validated and explained."""
