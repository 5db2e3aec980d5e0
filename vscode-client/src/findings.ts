// Findings as lines of text for a model, the worst first. Knows no editor.

export interface Finding {
  /** From 1. */
  line: number;
  /** 1 for errors to 4 for hints, as in the protocol. */
  severity: number;
  code: string;
  message: string;
}

const MOST = 50;
const NAMES = ["error", "warning", "information", "hint"];

export function findingsAsText(findings: readonly Finding[]): string {
  if (findings.length === 0) {
    return "Nothing was found: the plan passes its checks.";
  }
  const sorted = [...findings].sort((one, other) => one.severity - other.severity || one.line - other.line);
  const lines = sorted.slice(0, MOST).map((each) => `line ${each.line}: ${NAMES[each.severity - 1] ?? "error"}[${each.code}] ${each.message}`);
  const errors = findings.filter((each) => each.severity === 1).length;
  const more = findings.length > MOST ? [`and ${findings.length - MOST} more`] : [];
  return [`${findings.length} findings, ${errors} of them errors:`, ...lines, ...more].join("\n");
}
