"""Exchange: product files of other shops come in, our products go out."""
