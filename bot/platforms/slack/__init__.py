"""Slack: the room of slack_bolt and slack_sdk. It speaks only the chat port."""
