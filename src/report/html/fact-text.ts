import { formatMs } from '../text/milliseconds.ts'

/** An option as a person writes it: `64, 1472`. */
export function optionText(value: unknown): string {
  if (Array.isArray(value)) return value.map(optionText).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `kinds 1`, `lateMax 6.82 ms` */
export function evidenceText(name: string, value: string | number | boolean): string {
  const isTime = typeof value === 'number' && name.endsWith('Ms')
  return isTime ? `${name.slice(0, -2)} ${formatMs(value)}` : `${name} ${String(value)}`
}
