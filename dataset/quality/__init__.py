"""One file per check. A check answers in codes and numbers; it does not know what is done about them."""
