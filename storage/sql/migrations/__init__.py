"""The history of the schema. A revision once released is never changed; a new one is added."""
