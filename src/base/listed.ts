import { formatCount } from './counted.ts'

/** The first names, and how many more there are: `40003, 40007 and 2 more`. */
export function listed(names: readonly (string | number)[], most: number): string {
  const rest = names.length - most
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`
}
