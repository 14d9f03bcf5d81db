"""`make bench`: what the portal costs, as ratios measured in one run against something bare on the same machine."""
