"""Meetings: times that fit, and a calendar entry that names nothing."""
