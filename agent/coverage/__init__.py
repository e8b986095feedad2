"""What examples to ask for: packs, the plan made from one, the thinnest cell of the plan. It knows no conversation."""
