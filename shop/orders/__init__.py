"""Orders: what a person was asked to pay and promised."""
