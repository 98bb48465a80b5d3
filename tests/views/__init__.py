"""Every view as a golden picture, held against Slack's limits and the rules of how Quarterdeck speaks."""
