// Markdown tables with aligned columns, so that they are readable in a terminal, too.

export function table(header, rows) {
  const all = [header, ...rows].map(row => row.map(cell => String(cell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')))
  const widths = header.map((_, column) => Math.max(3, ...all.map(row => row[column].length)))
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [head, ...body] = all.map(line)
  return [head, `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n')
}

/** The end of a run, in words. */
export function describeEnd({ status, bound }) {
  return status === undefined ? `still running after ${bound} s` : `exit ${status}`
}
