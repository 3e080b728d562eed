"""Names of companies that are words as well."""

COMMON = frozenset(
    {"target", "block", "strategy", "square", "total", "orange", "snap", "zoom", "gap", "link"}
    | {
        "cable",
        "mais",
        "real",
        "vale",
        "vinci",
        "now",
        "open",
        "best",
        "low",
        "cost",
        "well",
        "fast",
    }
    | {"play", "cash", "love", "life", "true", "nice", "safe", "hope", "rise", "run", "path"}
)
"""Names that are words as well: in a sentence they count with a capital only."""
