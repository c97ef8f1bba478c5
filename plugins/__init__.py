"""The plugins that come with Tuanzi; each folder can be deleted without breaking another."""
