"""Trees as plain nested tuples, to compare and to read in tests."""

from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence, resolved


def shape(node: AnyNode | None, base: int = 0) -> object:
    """Everything in a tree, ranges included; offsets are moved by ``base``."""
    if node is None:
        return None
    place = (node.start + base, node.end + base)
    if isinstance(node, Scalar):
        return ("scalar", place, node.text, node.style, node.tag, node.anchor)
    if isinstance(node, Alias):
        return ("alias", place, node.name)
    if isinstance(node, Mapping):
        return (
            "mapping",
            place,
            node.flow,
            [(shape(entry.key, base), shape(entry.value, base)) for entry in node.entries],
        )
    return ("sequence", place, node.flow, [shape(item, base) for item in node.items])


def data(node: AnyNode | None) -> object:
    """What a tree means as plain values; keys as text, of equal ones the last."""
    target = resolved(node) if node is not None else None
    if isinstance(target, Scalar):
        return target.value
    if isinstance(target, Mapping):
        return {entry.name: data(entry.value) for entry in target.entries}
    if isinstance(target, Sequence):
        return [data(item) for item in target.items]
    return None
