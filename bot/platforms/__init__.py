"""One room per platform. They import only ``bot.chat``, and never each other."""
