"""The scenes of the talk, with its own numbers: small models that are explored whole."""
