"""Communities: groups with an owner, managers, members, a promise and rules; their links and visits."""
