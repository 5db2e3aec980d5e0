"""Agent definitions, selection and scoring. Pure: the texts of definition files are passed in."""
