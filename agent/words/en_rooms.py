"""What every room that draws messages says in its own way of drawing."""

SENTENCES: dict[str, str] = {
    "room.picture": "The picture shows",
    "room.file": "File",
    "room.file_gone": "That file is not there any more, for somebody took back what they gave. Please ask for it again.",
    "room.nothing": "There is nothing to show here.",
}
