"""The language server: thin handlers over the ide package. The only package that knows pygls and lsprotocol."""
