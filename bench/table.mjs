// The table of all rows.

const SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
]

/** Three digits and a unit: `1.23 M/s`. */
export function figure(value, unit) {
  if (unit === '%') return `${value.toFixed(2)} %`
  const [factor, prefix] = SCALES.find(([scale]) => value >= scale) ?? [1e-6, 'µ']
  const scaled = value / factor
  const digits = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2
  return `${scaled.toFixed(digits)} ${prefix}${unit}`
}

/** Whether a ratio reaches its target. */
export function reaches(ratio, { least, most }) {
  return least === undefined ? ratio <= most : ratio >= least
}

/** The cells of a row that was measured. */
export function cells({ name, against, unit, target }, { ours, theirs, ratio, least, most }) {
  const wanted = target === undefined ? '' : target.least === undefined ? `≤ ${target.most}` : `≥ ${target.least}`
  return [
    name,
    figure(ours, unit),
    against,
    figure(theirs, unit),
    `${ratio.toFixed(2)} ×`,
    `${least.toFixed(2)} … ${most.toFixed(2)}`,
    wanted,
    target === undefined ? '' : reaches(ratio, target) ? 'reached' : 'missed',
  ]
}

export const HEADER = ['what', 'udptool', 'against', 'it', 'ratio', 'rounds', 'target', '']
const RIGHT = new Set([1, 3, 4])

/** Lines of cells, aligned. */
export function align(rows) {
  const widths = HEADER.map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows.map(row =>
    row
      .map((cell, column) => (RIGHT.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}
