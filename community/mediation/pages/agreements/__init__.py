"""The agreement: written in versions, accepted, printed, and how it goes afterwards."""
