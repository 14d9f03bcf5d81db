"""The privacy notice in plain words (`notice_words.html`). Whoever changes what it says gives it a new version."""

VERSION = "2026-11-26"
