"""Operating: what whoever runs the site sees of its health."""
